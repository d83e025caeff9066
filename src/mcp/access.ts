// What a tool works with. Asked for at each call, since a window of VS Code may open, close or switch its account.
import type { Window } from "../channel/connect.ts";
import type { Client } from "../openrouter/index.ts";

export interface Access {
  client: Client;
  /** The account is the sample account. */
  sample: boolean;
  /** Writes are decided on in VS Code. */
  gated: boolean;
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
  sample: boolean;
}

/** The server works alone, with the key of its environment. */
export function createOwnAccess({ client, allowWrite, sample }: OwnAccess): AccessProvider {
  return {
    allowsWrites: async () => allowWrite,
    async access({ writes }) {
      if (writes && !allowWrite) throw new WritesOffError();
      return { client, sample, gated: false };
    },
    watch() {},
  };
}

const WITHOUT_WINDOW = "Open VS Code with OpenRouter Admin, or set OPENROUTER_PROVISIONING_KEY.";

/** How long answers are kept by the client of the account: until then one may be of before a write through a window. */
const CACHE_MS = 60_000;

/**
 * The server asks a window of VS Code. With a key of its own, it reads directly while the window has the same account in use.
 * Writes always go through the window, where people decide on them.
 */
export function createWindowAccess(own?: OwnAccess): AccessProvider {
  let session: string | undefined;
  const folder = async () => (await import("../channel/folder.ts")).entryFolder();
  let lastWrite = Number.NEGATIVE_INFINITY;
  // Once the server listens: loading these first would delay its answer to initialize.
  const find = async () => (await import("../channel/connect.ts")).findWindow(await folder());
  const alone = (client: Client, sample: boolean): Access => ({ client: withoutStale(client), sample, gated: true });

  /** Another client's cache, the server's own or another window's, knows nothing of a write. */
  function withoutStale(client: Client): Client {
    return {
      ...client,
      request(call, options) {
        const fresh = options?.fresh || Date.now() - lastWrite < CACHE_MS;
        return client.request(call, { ...options, fresh });
      },
    };
  }

  /** @returns undefined where there is none, or where a read can do without */
  async function findOrExplain(isNeeded: boolean): Promise<Window | undefined> {
    try {
      return await find();
    } catch (error) {
      if (!isNeeded) return undefined;
      throw new NoAccessError(`No window of VS Code can be asked: ${error instanceof Error ? error.message : error}`);
    }
  }

  return {
    async allowsWrites() {
      const window = await find().catch(() => undefined);
      return window?.state.account !== undefined && window.state.writes !== "off";
    },
    async access({ tool, writes, client }) {
      const window = await findOrExplain(own === undefined || writes);
      if (!window) {
        // Without a window the write tools are not listed.
        if (own && writes) throw new WritesOffError();
        if (own) return alone(own.client, own.sample);
        throw new NoAccessError(`There is no key here, and no window of VS Code that has one. ${WITHOUT_WINDOW}`);
      }
      const { account, baseUrl, writes: mode } = window.state;
      if (!account)
        throw new NoAccessError(
          "VS Code is open, but no account is set up in it. Run “OpenRouter Admin: Set Key” there, or explore with a sample account.",
        );
      if (writes && mode === "off") throw new WritesOffError();
      const { accountId } = await import("../openrouter/account/accountId.ts");
      const isOwn = own !== undefined && account.id === accountId(own.key) && own.client.baseUrl === baseUrl;
      if (own && isOwn && !writes) return alone(own.client, own.sample);
      const { createChannelClient } = await import("../channel/client.ts");
      session ??= crypto.randomUUID();
      const caller = { client, tool, session };
      const findOther = () => find().catch(() => undefined);
      const overChannel = createChannelClient({ window, account, caller, findOther });
      if (!writes) return alone(overChannel, account.sample);
      return { client: noting(overChannel), sample: account.sample, gated: true };
    },
    watch(changed) {
      Promise.all([import("../channel/watch.ts"), folder()])
        .then(([{ watchEntries }, there]) => watchEntries(there, changed))
        .catch(() => {});
    },
  };

  /** Remembers when it wrote: before, since reads may be under way, and after. */
  function noting(client: Client): Client {
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
