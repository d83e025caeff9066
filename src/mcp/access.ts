// What a tool works with. Asked for at each call, since a window of VS Code may open, close or switch its account.
import type { WindowConnection } from "../channel/connect.ts";
import type { Client } from "../openrouter/index.ts";

export interface Access {
  client: Client;
  /** The account is the sample account. */
  isSample: boolean;
  /** Writes are decided on in VS Code. */
  confirmsInEditor: boolean;
}

/** The write tools are off: the tool that was called is not among those there are. */
export class WritesOffError extends Error {
  override name = "WritesOffError";
}

/** Why no tool can work now, and what to do about it: for the model and the person. */
export class NoAccessError extends Error {
  override name = "NoAccessError";
}

export interface AccessProvider {
  /** True if the write tools are on now. */
  allowsWrites(): Promise<boolean>;
  /**
   * @param call.writes the tool may change the account
   * @throws NoAccessError, or WritesOffError for a tool that writes
   */
  access(call: { tool: string; writes: boolean; client: string }): Promise<Access>;
  /** Calls back whenever a window may have changed, come or gone. Never fails. */
  watch(changed: () => void): void;
}

/** A key in the server's environment, and what is allowed with it. */
export interface OwnAccess {
  key: string;
  client: Client;
  allowWrite: boolean;
  isSample: boolean;
}

/** The server works alone, with the key of its environment. */
export function createOwnAccess({ client, allowWrite, isSample }: OwnAccess): AccessProvider {
  return {
    allowsWrites: async () => allowWrite,
    async access({ writes }) {
      if (writes && !allowWrite) throw new WritesOffError();
      return { client, isSample, confirmsInEditor: false };
    },
    watch() {},
  };
}

const CONNECT_HINT = "Open VS Code with OpenRouter Admin, or set OPENROUTER_PROVISIONING_KEY.";

/** How long answers are kept by the client of the account: until then one may be of before a write through a window. */
const CACHE_MS = 60_000;

/**
 * The server asks a window of VS Code. With a key of its own, it reads directly while the window has the same account in use.
 * Writes always go through the window, where people decide on them.
 */
export function createWindowAccess(own?: OwnAccess): AccessProvider {
  let session: string | undefined;
  const folder = async () => (await import("../channel/entries.ts")).entryFolder();
  let lastWrite = Number.NEGATIVE_INFINITY;
  // Once the server listens: loading these first would delay its answer to initialize.
  const findConnection = async () => (await import("../channel/connect.ts")).findWindow(await folder());
  const forReads = (client: Client, isSample: boolean): Access => ({
    client: bypassCacheAfterWrites(client),
    isSample,
    confirmsInEditor: true,
  });

  /** Another client's cache, the server's own or another window's, knows nothing of a write. */
  function bypassCacheAfterWrites(client: Client): Client {
    return {
      ...client,
      request(call, options) {
        const fresh = options?.fresh || Date.now() - lastWrite < CACHE_MS;
        return client.request(call, { ...options, fresh });
      },
    };
  }

  /** @returns undefined where there is none, or where a read can do without */
  async function findOrThrow(isNeeded: boolean): Promise<WindowConnection | undefined> {
    try {
      return await findConnection();
    } catch (error) {
      if (!isNeeded) return undefined;
      throw new NoAccessError(`No window of VS Code can be asked: ${error instanceof Error ? error.message : error}`);
    }
  }

  return {
    async allowsWrites() {
      const window = await findConnection().catch(() => undefined);
      return window?.state.account !== undefined && window.state.writes !== "off";
    },
    async access({ tool, writes, client }) {
      const window = await findOrThrow(own === undefined || writes);
      if (!window) {
        // Without a window the write tools are not listed.
        if (own && writes) throw new WritesOffError();
        if (own) return forReads(own.client, own.isSample);
        throw new NoAccessError(`There is no key here, and no window of VS Code that has one. ${CONNECT_HINT}`);
      }
      const { account, baseUrl, writes: mode } = window.state;
      if (!account)
        throw new NoAccessError(
          "VS Code is open, but no account is set up in it. Run “OpenRouter Admin: Set Key” there, or explore with a sample account.",
        );
      if (writes && mode === "off") throw new WritesOffError();
      const { getAccountId } = await import("../openrouter/account/accountId.ts");
      const isOwn = own !== undefined && account.id === getAccountId(own.key) && own.client.baseUrl === baseUrl;
      if (own && isOwn && !writes) return forReads(own.client, own.isSample);
      const { createChannelClient } = await import("../channel/client.ts");
      session ??= crypto.randomUUID();
      const caller = { client, tool, session };
      const findOther = () => findConnection().catch(() => undefined);
      const overChannel = createChannelClient({ window, account, caller, findOther });
      if (!writes) return forReads(overChannel, account.sample);
      return { client: trackWrites(overChannel), isSample: account.sample, confirmsInEditor: true };
    },
    watch(changed) {
      Promise.all([import("../channel/watchEntries.ts"), folder()])
        .then(([{ watchEntries }, path]) => watchEntries(path, changed))
        .catch(() => {});
    },
  };

  /** Remembers when it wrote: before, since reads may be under way, and after. */
  function trackWrites(client: Client): Client {
    return {
      ...client,
      async request(call, options) {
        lastWrite = Date.now();
        try {
          return await client.request(call, options);
        } finally {
          lastWrite = Date.now();
        }
      },
    };
  }
}
