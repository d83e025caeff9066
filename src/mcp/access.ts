// Access to an account, resolved for each call: a VS Code window may open, close or switch its account at any time.
import type { WindowConnection } from "../channel/connect.ts";
import type { WindowState } from "../channel/protocol.ts";
import type { Client } from "../openrouter/index.ts";
import type { CalledAccount } from "./accountTexts.ts";
import { createNetworkFallback } from "./networkFallback.ts";

export interface Access extends CalledAccount {
  client: Client;
  /** Writes are confirmed in VS Code, so the server does not ask the user itself. */
  confirmsInEditor: boolean;
  /** The tools selected in VS Code. */
  tools?: readonly string[];
  /** What VS Code knows for the audit of keys. */
  audit?: Pick<WindowState, "policy" | "rotations">;
}

/** Write tools are disabled, so the called tool is not available. */
export class WritesOffError extends Error {
  override name = "WritesOffError";
  /** The tools selected in VS Code. */
  readonly tools?: readonly string[];

  constructor(tools?: readonly string[]) {
    super();
    this.tools = tools;
  }
}

/** No account can be reached. The message says why and what to do, for the model and the user. */
export class NoAccessError extends Error {
  override name = "NoAccessError";
}

export interface Offer {
  /** True if write tools are currently enabled. */
  allowsWrites: boolean;
  /** The tools selected in VS Code; undefined without a window, or if the window is older than that setting. */
  tools?: readonly string[];
  /** True if windows are open and none of them responds: the rest is what was last known. */
  isUncertain?: boolean;
}

export interface AccessProvider {
  /** True if every call uses the sample account. */
  isSample?: boolean;
  /** Returns what the server can currently offer. */
  offer(): Promise<Offer>;
  /**
   * @param call.writes true for a write tool
   * @throws NoAccessError; WritesOffError for a write tool
   */
  access(call: { tool: string; writes: boolean; client: string }): Promise<Access>;
  /** Calls `changed` when a window may have opened, closed or changed, also while this began. Never fails. */
  watch(changed: () => void): void;
}

/** Access with the key from the server's environment. */
export interface OwnAccess {
  key: string;
  client: Client;
  allowWrite: boolean;
  isSample: boolean;
}

/** Creates access without VS Code, with the key from the environment. */
export function createOwnAccess({ client, allowWrite, isSample }: OwnAccess): AccessProvider {
  return {
    isSample,
    offer: async () => ({ allowsWrites: allowWrite }),
    async access({ writes }) {
      if (writes && !allowWrite) throw new WritesOffError();
      return { client, isSample, confirmsInEditor: false };
    },
    watch() {},
  };
}

/** The channel, loaded with the first use: loading it at the start would delay the response to `initialize`. */
export const loadChannel = () => import("../channel/connecting.ts");

const CONNECT_HINT = "Open VS Code with OpenRouter Admin, or set OPENROUTER_PROVISIONING_KEY.";

/** How long a client caches responses. Until then, a cached response may predate a write through another client. */
const CACHE_MS = 60_000;

/**
 * Creates access through a VS Code window. With its own key, the server reads directly while the window uses the same
 * account. Writes always go through the window, where the user decides on them.
 */
export function createWindowAccess(own?: OwnAccess): AccessProvider {
  let session: string | undefined;
  const withFallback = createNetworkFallback();
  const folder = async () => (await loadChannel()).entryFolder();
  let lastWrite = Number.NEGATIVE_INFINITY;
  let lastOffer: Offer = { allowsWrites: false };
  const findConnection = async () => (await loadChannel()).findWindow(await folder());
  const forReads = (client: Client, account: CalledAccount, settings?: Pick<Access, "tools" | "audit">): Access => ({
    client: bypassCacheAfterWrites(client),
    ...account,
    confirmsInEditor: true,
    ...settings,
  });

  /** A write through one client does not invalidate the cache of another, so reads after a write bypass the cache. */
  function bypassCacheAfterWrites(client: Client): Client {
    return {
      ...client,
      request(call, options) {
        const fresh = options?.fresh || Date.now() - lastWrite < CACHE_MS;
        return client.request(call, { ...options, fresh });
      },
    };
  }

  /**
   * @returns undefined if no window is open
   * @throws NoAccessError if a window may be open: the account it uses is unknown, so the server's own key may be another's
   */
  async function findOrThrow(): Promise<WindowConnection | undefined> {
    try {
      return await findConnection();
    } catch (error) {
      const hasFolder = await folder().then(
        () => true,
        () => false,
      );
      if (own && !hasFolder) return undefined;
      throw new NoAccessError(`Couldn't connect to VS Code: ${error instanceof Error ? error.message : error}`);
    }
  }

  return {
    async offer() {
      try {
        const { state } = (await findConnection()) ?? {};
        lastOffer = { allowsWrites: state?.account !== undefined && state.writes !== "off", tools: state?.tools };
        return lastOffer;
      } catch (error) {
        // By its name: its class is in the file that is loaded with the first use.
        if (error instanceof Error && error.name === "ChannelError") return { ...lastOffer, isUncertain: true };
        return { allowsWrites: false };
      }
    },
    async access({ tool, writes, client }) {
      const window = await findOrThrow();
      if (!window) {
        // Without a window, write tools are not listed.
        if (own && writes) throw new WritesOffError();
        if (own) return forReads(own.client, { isSample: own.isSample });
        throw new NoAccessError(`No key is set, and no VS Code window with OpenRouter Admin is open. ${CONNECT_HINT}`);
      }
      const { account, baseUrl, writes: mode, tools, policy, rotations } = window.state;
      if (!account)
        throw new NoAccessError(
          "VS Code is open, but no account is set up. Run “OpenRouter Admin: Set Key” in VS Code, or explore with a sample account.",
        );
      if (writes && mode === "off") throw new WritesOffError(tools);
      const { getAccountId, createChannelClient } = await loadChannel();
      const isOwn =
        own !== undefined && (account.keyId ?? account.id) === getAccountId(own.key) && own.client.baseUrl === baseUrl;
      const called = {
        accountId: account.id,
        accountName: account.name,
        isSample: account.sample || (isOwn && own.isSample),
      };
      session ??= crypto.randomUUID();
      const caller = { client, tool, session };
      const findOther = () => findConnection().catch(() => undefined);
      const overChannel = createChannelClient({ window, account, caller, findOther });
      if (!writes)
        return forReads(own && isOwn ? withFallback(own.client, overChannel) : overChannel, called, {
          tools,
          audit: { policy, rotations },
        });
      return { client: trackWrites(overChannel), ...called, confirmsInEditor: true, tools };
    },
    watch(changed) {
      Promise.all([loadChannel(), folder()])
        .then(([{ watchEntries }, path]) => watchEntries(path, changed))
        .then(changed) // a window may have opened before the watcher was ready
        .catch(() => {});
    },
  };

  /** Records the time of each write, before and after sending it, since reads may run in parallel. */
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
