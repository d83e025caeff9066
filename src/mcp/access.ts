// What a tool works with. Asked for at each call, since a window of VS Code may open, close or switch its account.
import { randomUUID } from "node:crypto";
import type { Window } from "../channel/connect.ts";
import type { ChannelAccount } from "../channel/protocol.ts";
import { accountId, type Client } from "../openrouter/index.ts";

export interface Access {
  client: Client;
  /** The account is the sample account. */
  sample: boolean;
  /** Writes are decided on in VS Code. */
  gated: boolean;
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
   * @throws NoAccessError
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
    access: async () => ({ client, sample, gated: false }),
    watch() {},
  };
}

const WITHOUT_WINDOW = "Open VS Code with OpenRouter Admin, or set OPENROUTER_PROVISIONING_KEY.";

/**
 * The server asks a window of VS Code. With a key of its own, it reads directly while the window has the same account in use.
 * Writes always go through the window, where people decide on them.
 * @param folder where the windows leave word of themselves
 */
export function createWindowAccess(folder: string, own?: OwnAccess): AccessProvider {
  const session = randomUUID();
  const ownId = own && accountId(own.key);
  // With the first call: a server that is only asked what it can do starts sooner.
  const find = async () => (await import("../channel/connect.ts")).findWindow(folder);

  async function findOrExplain(): Promise<Window | undefined> {
    try {
      return await find();
    } catch (error) {
      if ((error as Error).name === "UnsafeFolderError") throw new NoAccessError((error as Error).message);
      throw error;
    }
  }

  const readsAlone = (account: ChannelAccount | undefined, baseUrl: string | undefined) =>
    own !== undefined && account?.id === ownId && own.client.baseUrl === baseUrl;

  return {
    async allowsWrites() {
      const window = await find().catch(() => undefined);
      return window?.state.account !== undefined && window.state.writes !== "off";
    },
    async access({ tool, writes, client }) {
      const window = await findOrExplain();
      if (!window) {
        if (own && !writes) return { client: own.client, sample: own.sample, gated: true };
        throw new NoAccessError(
          own
            ? "No window of VS Code is open that could ask whether this may be changed. Open VS Code with OpenRouter Admin, then call it again."
            : `There is no key here, and no window of VS Code that has one. ${WITHOUT_WINDOW}`,
        );
      }
      const { account, baseUrl } = window.state;
      if (!account)
        throw new NoAccessError(
          "VS Code is open, but no account is set up in it. Run “OpenRouter Admin: Set Key” there, or explore with a sample account.",
        );
      if (own && !writes && readsAlone(account, baseUrl))
        return { client: own.client, sample: own.sample, gated: true };
      const { createChannelClient } = await import("../channel/client.ts");
      const caller = { client, tool, session };
      return {
        client: createChannelClient({ window, account, caller, findOther: () => find().catch(() => undefined) }),
        sample: account.sample,
        gated: true,
      };
    },
    watch(changed) {
      import("../channel/watch.ts").then(({ watchEntries }) => watchEntries(folder, changed)).catch(() => {});
    },
  };
}
