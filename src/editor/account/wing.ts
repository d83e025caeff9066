import { commandIds } from "../platform/ids.ts";
import type { Wing } from "../platform/wing.ts";
import type { Account } from "./account.ts";
import { exploreSample } from "./exploreSample.ts";
import { removeKey } from "./removeKey.ts";

/** Provides the commands that set, remove and switch the account. */
export function createAccountWing(account: Account, userAgent: string): Wing {
  return {
    commands: {
      [commandIds.setKey]: async () => (await import("./setKey.ts")).setKeyCommand(account, userAgent),
      [commandIds.removeKey]: () => removeKey(account),
      [commandIds.exploreSample]: () => exploreSample(account),
    },
  };
}
