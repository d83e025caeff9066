import type { Page } from "playwright-core";
import type { SampleAccount } from "../../../src/sample/index.ts";
import { openContainer, openWorkbench, screenshot, type Workbench } from "./browser.ts";
import { type Host, startHost } from "./server.ts";
import { ensureVsix } from "./vsix.ts";

export const NAME = "OpenRouter Admin";

interface SessionOptions {
  /** Where the extension looks for the account; its own address otherwise. */
  baseUrl?: string;
  settings?: Record<string, unknown>;
  viewport?: { width: number; height: number };
  /** What is signed in with; the account's management key otherwise, null for nobody. */
  key?: string | null;
}

/** An editor whose environment holds the account's key. */
export interface Session {
  host: Host;
  workbench: Workbench;
  page: Page;
  close(): Promise<void>;
}

/** Starts an editor that is signed in, high enough to show many rows, with the timer off and the sidebar open. */
export async function startSession(account: SampleAccount, options: SessionOptions = {}): Promise<Session> {
  const { baseUrl = account.baseUrl, settings, key = account.key } = options;
  const host = await startHost({
    vsix: [await ensureVsix()],
    settings: { "openrouterAdmin.baseUrl": baseUrl, "openrouterAdmin.refreshInterval": 0, ...settings },
    env: key === null ? {} : { OPENROUTER_PROVISIONING_KEY: key },
  });
  try {
    const workbench = await openWorkbench(host, { viewport: options.viewport ?? { width: 1200, height: 1300 } });
    await workbench.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await openContainer(workbench.page, NAME);
    return {
      ...{ host, workbench, page: workbench.page },
      async close() {
        await workbench.close();
        await host.stop();
      },
    };
  } catch (error) {
    await host.stop();
    throw error;
  }
}

/** Keeps a picture of what a failed test ended with. */
export function pictureFailures(suite: Mocha.Suite, name: string, page: () => Page | undefined): void {
  suite.afterEach(async function () {
    const shown = page();
    if (this.currentTest?.state !== "failed" || !shown) return;
    await screenshot(shown, `failed-${name}-${this.currentTest.title}`.replaceAll(/[^\w -]/g, "")).catch(() => {});
  });
}
