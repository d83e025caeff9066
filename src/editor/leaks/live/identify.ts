import * as vscode from "vscode";
import { getAccountId } from "../../../openrouter/account/accountId.ts";
import { followData } from "../../data/followData.ts";
import { createMatcher } from "../match.ts";
import { ownManagementKeys } from "../ownKeys.ts";
import type { Identifier } from "./identity.ts";
import type { LiveServices } from "./services.ts";

/** Compares secrets with the user's management keys, and with the keys of the account in use, as far as they have been read. */
export function createIdentifier({ sessions, account, log }: LiveServices): Identifier {
  const changed = new vscode.EventEmitter<void>();
  let managementKeys: Promise<Map<string, string>> | undefined;
  /** The names of accounts by the hash of their key. */
  async function readManagementKeys(): Promise<Map<string, string>> {
    const own = await ownManagementKeys(account);
    return new Map([...own].map(([key, { name }]) => [getAccountId(key), name]));
  }
  const listeners = [
    followData(
      sessions,
      ({ keys }) => [keys],
      () => changed.fire(),
    ),
    account.onDidChange(() => {
      managementKeys = undefined;
      changed.fire();
    }),
  ];
  return {
    onDidChange: changed.event,
    async read() {
      managementKeys ??= readManagementKeys().catch((error: unknown) => {
        // It may work the next time.
        managementKeys = undefined;
        log.error(`Leaked keys: ${error}`);
        return new Map();
      });
      const accounts = await managementKeys;
      const session = sessions.current;
      const matching = createMatcher(session?.data.keys.current?.value.keys ?? []);
      return (secret) => {
        const name = accounts.get(getAccountId(secret));
        if (name !== undefined) return { kind: "management", account: name };
        const keys = session ? matching(secret) : [];
        const [key] = keys;
        if (!session || !key) return { kind: "none" };
        return keys.length === 1 ? { kind: "one", session, key } : { kind: "several", session, keys };
      };
    },
    dispose: () => vscode.Disposable.from(changed, ...listeners).dispose(),
  };
}
