// A real VS Code on a sample account, its Guardrails view open, and what is true of the account's guardrails.
import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { type GuardrailRecord, type SampleAccount, startSampleAccount } from "../../../src/sample/index.ts";
import { openContainer, openWorkbench, screenshot } from "../host/browser.ts";
import { type Host, startHost } from "../host/server.ts";
import { chooseInContextMenu, findRow, type Row, showView, viewRows } from "../host/tree.ts";
import { ensureVsix } from "../host/vsix.ts";

export const VIEW = "Guardrails";

export interface GuardrailBench {
  account: SampleAccount;
  host: Host;
  page: Page;
  /** The account's guardrail of that name. */
  named(name: string): GuardrailRecord;
  /** The names of the keys and the ids of the members that it binds. */
  bound(name: string): { keys: string[]; members: string[] };
  requests(method: string): SampleAccount["requests"];
  row(label: string | RegExp): Promise<Locator>;
  menu(label: string | RegExp, entry: string): Promise<void>;
  /** The rows of guardrails. */
  roots(): Promise<Row[]>;
  /** After a test: keeps a picture if it failed, and closes what it left open. */
  tidy(test: Mocha.Test | undefined): Promise<void>;
  close(): Promise<void>;
}

export async function startGuardrailBench(): Promise<GuardrailBench> {
  const account = await startSampleAccount();
  const host = await startHost({
    vsix: [await ensureVsix()],
    env: { OPENROUTER_PROVISIONING_KEY: account.key },
    settings: {
      "openrouterAdmin.baseUrl": account.baseUrl,
      "openrouterAdmin.refreshInterval": 0,
      "chat.disableAIFeatures": true,
    },
  });
  const workbench = await openWorkbench(host);
  const { page } = workbench;
  await openContainer(page, "OpenRouter Admin");
  await showView(page, VIEW, { alone: true });
  const { state } = account;
  const row = (label: string | RegExp) => findRow(page, VIEW, label);
  const named = (name: string) => {
    const found = [...state.guardrails.values()].find((one) => one.name === name);
    assert.ok(found, `there is no guardrail ${name}`);
    return found;
  };

  return {
    ...{ account, host, page, row, named },
    bound(name) {
      const { id } = named(name);
      const targets = (store: "keyAssignments" | "memberAssignments") =>
        state[store].filter((one) => one.guardrail_id === id).map(({ target }) => target);
      const keys = targets("keyAssignments").map((hash) => state.keys.get(hash)?.name ?? hash);
      return { keys: keys.sort(), members: targets("memberAssignments") };
    },
    requests: (method) => account.requests.filter((one) => one.method === method),
    menu: async (label, entry) => chooseInContextMenu(await row(label), entry),
    roots: async () => (await viewRows(page, VIEW, { all: true })).filter((one) => one.level === 1),
    async tidy(test) {
      if (test?.state === "failed") await screenshot(page, `failed-guardrails-${test.title}`);
      const open = page.locator(".monaco-dialog-box, .quick-input-widget").filter({ visible: true });
      while (await open.count()) {
        await page.keyboard.press("Escape");
        await page.waitForTimeout(300);
      }
      const toasts = page.locator(".notification-toast").filter({ visible: true });
      const deadline = Date.now() + 10_000;
      while ((await toasts.count()) && Date.now() < deadline) {
        // One that tells of progress goes by itself, perhaps in this moment.
        await toasts
          .first()
          .hover({ timeout: 500 })
          .catch(() => {});
        const clear = toasts.first().locator(".codicon-notifications-clear");
        await clear.click({ timeout: 500 }).catch(() => {});
      }
    },
    async close() {
      await workbench.close();
      await host.stop();
      await account.close();
    },
  };
}
