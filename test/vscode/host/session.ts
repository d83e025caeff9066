// What the suites of the editor have in common: an account, perhaps a faulty network before it, and an editor with a
// window on it. All suites of a process share one browser; its storage is cleared between them, and each gets a server
// of its own at the same address, so that nothing of one suite is left for the next but compiled code.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { type SampleAccount, type SampleOptions, startSampleAccount } from "../../../src/sample/index.ts";
import { type Fault, startFaults } from "../../support/faults.ts";
import { laneFolder } from "../../support/run/laneFolder.ts";
import { openContainer, openWorkbench, screenshot, type Workbench } from "./browser.ts";
import { closedPort, type Host, type HostOptions, startHost } from "./server.ts";
import { closeSharedBrowser, openInSharedBrowser } from "./sharedBrowser.ts";
import { skipAfterFailure } from "./skipAfterFailure.ts";
import { showView } from "./tree.ts";
import { ensureVsix } from "./vsix.ts";
import { type Watch, watchWebviews } from "./webview.ts";

export const NAME = "OpenRouter Admin";

export interface SessionOptions {
  /** The account, or how it is made; one as it comes otherwise. */
  account?: SampleOptions | (() => Promise<SampleAccount>);
  /** Whether the editor's environment holds the account's key; true unless given. */
  signedIn?: boolean;
  /** Added to those that look at the account, without a timer and without a chat; asked for once the account is there. */
  settings?: Record<string, unknown> | (() => Record<string, unknown>);
  /** Options of the editor; `vsix` is installed beside our extension. */
  host?: Partial<HostOptions> | ((account: SampleAccount) => Promise<Partial<HostOptions>>);
  /** High enough to show many rows unless given. */
  viewport?: { width: number; height: number };
  /** Whether our views are opened; true unless given. */
  sidebar?: boolean;
  /** The view that is unfolded alone at the start. */
  view?: string;
  /** Watches the webviews, and fails after a test in which one did what it may not. */
  watch?: boolean;
  /** Whether a test runs although one before it failed. */
  independent?: boolean;
  /** A browser of the suite's own with this profile. */
  profileDir?: string;
}

/** What a suite has while its tests run. */
export interface Session {
  account: SampleAccount;
  /** What the network does with requests. A suite that sets it, before its tests run, has a proxy before its account. */
  fault?: Fault;
  /** The proxy. */
  faults: Awaited<ReturnType<typeof startFaults>>;
  host: Host;
  workbench: Workbench;
  page: Page;
  /** Only with the option of that name. */
  watch: Watch;
}

/** Without Chat, which few suites need and all would wait for. */
export const WITHOUT_CHAT = {
  "chat.disableAIFeatures": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
};
/** As VS Code comes. */
export const WITH_CHAT = {
  "chat.disableAIFeatures": undefined,
  "workbench.secondarySideBar.defaultVisibility": undefined,
};

const VIEWPORT = { width: 1200, height: 1300 };

/** Describes a suite that has an editor on an account. The session is complete once the suite's first test runs. */
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
      for (const close of cleanup.reverse()) await close();
    });
    afterEach(async function () {
      if (this.currentTest?.state === "failed") await picture(session.page, name, this.currentTest.title);
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
    const faults = await startFaults(baseUrl, (...request) => session.fault?.(...request));
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

/** One address for all editors of a lane, so that the browser keeps what it has compiled. */
async function sharedPort(): Promise<number> {
  const file = laneFolder && join(laneFolder, "port");
  port ??= file && existsSync(file) ? Number(readFileSync(file, "utf8")) : undefined;
  port = await closedPort(port);
  if (file) writeFileSync(file, String(port));
  return port;
}

after(closeSharedBrowser);

/** Keeps a picture of what a failed test ended with. */
async function picture(page: Page | undefined, suite: string, test: string): Promise<void> {
  const name = `failed-${suite}-${test}`.replaceAll(/[^\w -]/g, "").replaceAll(" ", "-");
  if (page) await screenshot(page, name).catch(() => {});
}
