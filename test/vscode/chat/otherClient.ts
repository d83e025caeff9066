// Opens the chat chart in a client other than VS Code, with our real server and the hostile sample account.
import assert from "node:assert/strict";
import { EXTENSION_ID, RESOURCE_MIME_TYPE } from "@modelcontextprotocol/ext-apps/server";
import type { Locator } from "playwright-core";
import type { LedgerRow, SampleAccount } from "../../../src/sample/index.ts";
import { type McpServer, serverEnv, startServer } from "../../support/mcp.ts";
import { startHostileAccount } from "../activity/activitySession.ts";
import { type Answer, type AppPage, type AppPageOptions, type Call, startAppHost } from "../host/appPage.ts";
import { screenshot } from "../host/browser.ts";
import { readTable } from "../host/panel.ts";
import { ledgerDays } from "../truth/spend.ts";

/** The capabilities of a client that supports MCP Apps. */
const APPS = { extensions: { [EXTENSION_ID]: { mimeTypes: [RESOURCE_MIME_TYPE] } } };

export interface AppBench {
  account: SampleAccount;
  /** The page of this test. */
  app: AppPage;
  /** The app's tool calls in this test. */
  calls: Call[];
  /** Answers the app's calls. Default: the server. */
  answers: (call: Call) => Promise<Answer>;
  /** Delays the server's results until the returned function is called. */
  pause(): () => void;
  fromServer(call: Call): Promise<Answer>;
  open(options?: Partial<AppPageOptions>): Promise<void>;
  /** Calls a tool as the model does, and waits until its figures are drawn. */
  ask(name: string, args?: Record<string, unknown>): Promise<void>;
  /** The rows of the table. */
  rows(): Promise<Awaited<ReturnType<typeof readTable>>["rows"]>;
  header(): Promise<string>;
  status(): Locator;
  problem(): Locator;
  /** The result's text, shown instead of a chart. */
  resultText(): Locator;
  completed(): LedgerRow[];
  assertNothingDrawn(): Promise<void>;
}

/**
 * Sets up a suite in which each test opens its own page, which is checked and closed after it.
 * @param tools the tools that the server offers
 */
export function appBench(suite: Mocha.Suite, tools = "default"): AppBench {
  suite.timeout(120_000);
  suite.retries(1); // see skipAfterFailure
  let server: McpServer;
  let host: Awaited<ReturnType<typeof startAppHost>>;
  const bench = {
    fromServer: async (call) => (await server.client.callTool({ ...call })) as Answer,
    pause() {
      const { promise, resolve } = Promise.withResolvers<void>();
      bench.answers = async (call) => {
        await promise;
        return bench.fromServer(call);
      };
      return resolve;
    },
    async open(options) {
      const call = (one: Call) => {
        bench.calls.push({ name: one.name, arguments: one.arguments });
        return bench.answers(one);
      };
      bench.app = await host.open({ call, ...options });
    },
    async ask(name, args = {}) {
      await bench.app.show(await bench.fromServer({ name, arguments: args }));
      await bench.app.frame.locator(".body:not([hidden])").waitFor();
    },
    rows: async () => (await readTable(bench.app.frame)).rows,
    header: async () => (await readTable(bench.app.frame)).header,
    status: () => bench.app.frame.locator("main > .hint"),
    problem: () => bench.app.frame.locator("main > .problem"),
    resultText: () => bench.app.frame.locator("main > .result-text"),
    completed: () => ledgerDays(bench.account, 30, 1),
    async assertNothingDrawn() {
      assert.equal(await bench.app.frame.locator(".body").isVisible(), false);
      assert.equal(await bench.app.frame.locator("[data-value]").count(), 0);
    },
  } as AppBench;

  suite.beforeAll(async () => {
    bench.account = await startHostileAccount();
    server = await startServer({ ...serverEnv(bench.account, "1"), OPENROUTER_ADMIN_TOOLS: tools }, APPS);
    host = await startAppHost();
  });
  suite.afterAll(async () => {
    await host?.close();
    await server?.close();
    await bench.account?.close();
  });
  suite.beforeEach(() => {
    bench.calls = [];
    bench.answers = bench.fromServer;
  });
  suite.afterEach(async function () {
    const { currentTest } = this;
    const { app } = bench;
    if (currentTest?.state === "failed") await screenshot(app.page, `failed-app-${currentTest.title}`);
    await app.assertClean().finally(() => app.close());
  });
  return bench;
}
