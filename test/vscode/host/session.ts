// Shared setup of the editor suites: an account, optionally a faulty network in front of it, and an editor with a window.
// All suites of a process share one browser. Its storage is cleared between suites, and each suite starts its own server
// at the same address, so that only compiled code is reused.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { type SampleAccount, type SampleOptions, startSampleAccount } from "../../../src/sample/index.ts";
import { type Fault, startFaultProxy } from "../../support/faults.ts";
import { laneFolder } from "../../support/run/laneFolder.ts";
import { assertNoPlantedSecret } from "./assertNoSecret.ts";
import { openContainer, openWorkbench, screenshot, type Workbench } from "./browser.ts";
import { closedPort, type Host, type HostOptions, startHost } from "./server.ts";
import { closeSharedBrowser, openInSharedBrowser } from "./sharedBrowser.ts";
import { skipAfterFailure } from "./skipAfterFailure.ts";
import { showView } from "./tree.ts";
import { ensureVsix } from "./vsix.ts";
import { type Watch, watchWebviews } from "./webview.ts";

export const NAME = "OpenRouter Admin";

export interface SessionOptions {
  /** Options of the sample account, or a function that creates it; by default a standard one. */
  account?: SampleOptions | (() => Promise<SampleAccount>);
  /** Whether the editor's environment contains the account's key; default true. */
  signedIn?: boolean;
  /** Additional settings; a function is called once the account exists. By default timer and chat are off. */
  settings?: Record<string, unknown> | (() => Record<string, unknown>);
  /** Options of the editor; `vsix` is installed in addition to our extension. */
  host?: Partial<HostOptions> | ((account: SampleAccount) => Promise<Partial<HostOptions>>);
  /** By default tall enough to show many rows. */
  viewport?: { width: number; height: number };
  /** Whether our views are opened; default true. */
  sidebar?: boolean;
  /** The only view that is expanded at the start. */
  view?: string;
  /** Watches the webviews and fails a test in which one violated its policy. */
  watch?: boolean;
  /** Whether tests run even if an earlier one failed. */
  independent?: boolean;
  /** Starts a separate browser with this profile. */
  profileDir?: string;
}

/** The state of a suite while its tests run. */
export interface Session {
  account: SampleAccount;
  /** Decides what happens to requests. A suite that sets it before its tests gets a proxy in front of its account. */
  fault?: Fault;
  /** The proxy; only if `fault` is set. */
  faults: Awaited<ReturnType<typeof startFaultProxy>>;
  host: Host;
  workbench: Workbench;
  page: Page;
  /** Only with the option `watch`. */
  watch: Watch;
}

/** Disables Chat, which few suites need and which delays the start. */
export const WITHOUT_CHAT = {
  "chat.disableAIFeatures": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
};
/** VS Code's defaults. */
export const WITH_CHAT = {
  "chat.disableAIFeatures": undefined,
  "workbench.secondarySideBar.defaultVisibility": undefined,
};

const VIEWPORT = { width: 1200, height: 1300 };

/** Describes a suite with an editor on an account. The session is complete when the first test runs. */
export function describeSession(
  name: string,
  options: SessionOptions,
  body: (this: Mocha.Suite, session: Session) => void,
): void {
  describe(name, function () {
    this.timeout(10 * 60_000);
    if (options.independent)
      this.retries(1); // see skipAfterFailure
    else skipAfterFailure(this);
    const session = {} as Session;
    const cleanup: (() => Promise<unknown>)[] = [];
    before(() => open(session, options, cleanup));
    after(async () => {
      try {
        if (session.page) await assertNoPlantedSecret(session);
      } finally {
        for (const close of cleanup.reverse()) await close();
      }
    });
    afterEach(async function () {
      if (this.currentTest?.state === "failed") await saveFailure(session.page, name, this.currentTest.title);
      await session.watch?.assertClean();
    });
    body.call(this, session);
  });
}

async function open(session: Session, options: SessionOptions, cleanup: (() => Promise<unknown>)[]): Promise<void> {
  const account = await startAccount(options.account);
  cleanup.push(() => account.close());
  session.account = account;
  let { baseUrl } = account;
  if (session.fault) {
    const faults = await startFaultProxy(baseUrl, (...request) => session.fault?.(...request));
    cleanup.push(() => faults.close());
    session.faults = faults;
    baseUrl = faults.baseUrl;
  }
  const more = typeof options.host === "function" ? await options.host(account) : options.host;
  const settings = { "openrouterAdmin.baseUrl": baseUrl, "openrouterAdmin.refreshInterval": 0, ...WITHOUT_CHAT };
  const env: Record<string, string> = (options.signedIn ?? true) ? { OPENROUTER_PROVISIONING_KEY: account.key } : {};
  session.host = await startHost({
    ...more,
    vsix: [await ensureVsix(), ...(more?.vsix ?? [])],
    settings: { ...settings, ...(typeof options.settings === "function" ? options.settings() : options.settings) },
    env: { ...env, ...more?.env },
    port: await sharedPort(),
  });
  cleanup.push(() => session.host.stop());
  const { viewport = VIEWPORT } = options;
  session.workbench = options.profileDir
    ? await openWorkbench(session.host, { viewport, profileDir: options.profileDir })
    : await openInSharedBrowser(session.host, { viewport });
  cleanup.push(() => session.workbench.close());
  const { page } = session.workbench;
  session.page = page;
  if (options.sidebar ?? true) await openContainer(page, NAME);
  if (options.watch) session.watch = await watchWebviews(page, session.host);
  if (options.view) await showView(page, options.view, { alone: true });
}

async function startAccount(options: SessionOptions["account"]): Promise<SampleAccount> {
  return typeof options === "function" ? options() : startSampleAccount(options);
}

let port: number | undefined;

/** Returns the same port for all editors of a lane, so that the browser reuses its compiled code. */
async function sharedPort(): Promise<number> {
  const file = laneFolder && join(laneFolder, "port");
  port ??= file && existsSync(file) ? Number(readFileSync(file, "utf8")) : undefined;
  port = await closedPort(port);
  if (file) writeFileSync(file, String(port));
  return port;
}

after(closeSharedBrowser);

/** Saves a screenshot of a failed test. */
async function saveFailure(page: Page | undefined, suite: string, test: string): Promise<void> {
  const name = `failed-${suite}-${test}`.replaceAll(/[^\w -]/g, "").replaceAll(" ", "-");
  if (page) await screenshot(page, name).catch(() => {});
}
