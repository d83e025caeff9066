// The data of an account without VS Code.
import { type AccountData, createAccountData } from "../../src/editor/data/accountData.ts";
import type { ResourceHost } from "../../src/editor/data/resource.ts";
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

/** What resources need of VS Code. */
export const resourceHost: ResourceHost = {
  log: { error() {} },
  errorTexts: async () => ({ errorText: String, errorLogText: String }),
  createEmitter,
};

export function dataOf(account: { baseUrl: string }, key: string): AccountData {
  const client = createClient({ key, baseUrl: account.baseUrl });
  const { signal } = new AbortController();
  return createAccountData({ client, signal } as Parameters<typeof createAccountData>[0], resourceHost);
}
