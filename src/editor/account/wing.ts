import { commandIds } from "../platform/ids.ts";
import type { Wing } from "../platform/wing.ts";
import type { Account } from "./account.ts";
import type { SwitchActions } from "./switchAccount.ts";

/** Provides the commands that set, add, rename, remove and switch accounts. Their flows are imported on first use. */
export function createAccountWing(account: Account, userAgent: string): Wing {
  const actions: SwitchActions = {
    addAccount: async () => (await import("./setKey.ts")).setKeyCommand(account, userAgent),
    exploreSample: async () => (await import("./exploreSample.ts")).exploreSample(account),
    renameAccount: async (id?: string) => (await import("./renameAccount.ts")).renameAccount(account, id),
    removeAccount: async (id?: string) => (await import("./removeKey.ts")).removeAccount(account, id),
  };
  return {
    commands: {
      [commandIds.setKey]: actions.addAccount,
      [commandIds.addAccount]: actions.addAccount,
      [commandIds.switchAccount]: async (wanted) =>
        (await import("./switchAccount.ts")).switchAccount(account, actions, wanted),
      [commandIds.renameAccount]: (target) => actions.renameAccount(accountIdOf(target)),
      [commandIds.removeAccount]: (target) => actions.removeAccount(accountIdOf(target)),
      [commandIds.removeKey]: async () => (await import("./removeKey.ts")).removeKey(account),
      [commandIds.exploreSample]: actions.exploreSample,
    },
  };
}

/** Returns the account of the row that the command was run on. */
function accountIdOf(target: unknown): string | undefined {
  return (target as { session?: { id: string } } | undefined)?.session?.id;
}
