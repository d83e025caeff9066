import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import type { SampleAccount } from "../../../src/sample/index.ts";
import { findPlantedSecrets, registerSecret } from "../../support/plantedSecrets.ts";
import type { Host } from "./server.ts";

interface Searched {
  host: Host;
  account: SampleAccount;
  page: Page;
}

/**
 * Fails if a planted secret, or the account's management key, is in a log, in a file of the profile, in the page's storage or in a
 * request to the account other than its `Authorization` header, which the account doesn't record.
 */
export async function assertNoPlantedSecret({ host, account, page }: Searched): Promise<void> {
  registerSecret(account.key);
  // A test may have stopped the editor, which removes its folders.
  const isThere = existsSync(host.dataDir);
  const found = findPlantedSecrets({
    folders: isThere ? [host.dataDir] : [],
    texts: {
      "the logs": isThere ? host.logs() : "",
      "the account's requests": JSON.stringify(account.requests),
      "the page's storage": await pageStorage(page),
    },
  });
  assert.deepEqual(found, [], "secrets have leaked");
}

/**
 * Returns what the window keeps in the browser: settings and state, also that of extensions. Secrets are encrypted there. Empty if
 * the test has closed the window. @throws Error if an open window doesn't answer, since nothing was searched then
 */
async function pageStorage(page: Page): Promise<string> {
  const url = page.isClosed() ? "about:blank" : page.url();
  if (url === "about:blank") return "";
  const unanswered = sleep(30_000, undefined, { ref: false }).then(() => {
    if (!page.isClosed()) throw new Error("The window doesn't answer, so its storage can't be searched for secrets.");
    return "";
  });
  return Promise.race([
    unanswered,
    page.evaluate<string>(`(async () => {
    const all = { local: { ...localStorage } };
    const asked = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    for (const { name } of await indexedDB.databases()) {
      const database = await asked(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        if (/backup/i.test(name + store)) continue;
        const objects = database.transaction(store).objectStore(store);
        const values = await asked(objects.getAll());
        all[name + " " + store] = values.map((value) =>
          value instanceof Uint8Array ? new TextDecoder().decode(value) : value);
      }
      database.close();
    }
    return JSON.stringify(all);
  })()`),
  ]);
}
