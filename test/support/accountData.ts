// The data of an account without VS Code.
import { type AccountData, createAccountData } from "../../src/editor/data/accountData.ts";
import { createClient } from "../../src/openrouter/index.ts";

/** Emits to all listeners, as VS Code's emitter does. */
function createEmitter() {
  const listeners = new Set<() => void>();
  return {
    event: (listener: () => void) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    fire: () => {
      for (const listener of listeners) listener();
    },
    dispose: () => listeners.clear(),
  };
}

export function dataOf(account: { baseUrl: string }, key: string): AccountData {
  const client = createClient({ key, baseUrl: account.baseUrl });
  const { signal } = new AbortController();
  const host = {
    log: { error() {} },
    errorTexts: async () => ({ errorText: String, errorLogText: String }),
    createEmitter,
  };
  return createAccountData({ client, signal } as Parameters<typeof createAccountData>[0], host);
}
