// Tells the client when the tools or prompts that it was told of have changed.
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";

/** What the server currently offers. */
export interface Offered {
  /** Names. */
  tools: readonly string[];
  prompts: readonly string[];
  /** True if windows are open and none of them responds: what they offer may have changed. */
  isUncertain?: boolean;
}

type Kind = "tools" | "prompts";

export interface Announcements<O extends Offered> {
  /** The names that the client was last told of; undefined before it first asked for them. */
  readonly told: { readonly [kind in Kind]?: readonly string[] };
  /** Returns the offer for a list that the client asked for. */
  list(kind: Kind): Promise<O>;
  /** Announces what is no longer as the client was told. Never fails. */
  check(): Promise<void>;
}

/** The first and the longest wait before windows that didn't respond are asked again: nothing reports that they do. */
const [ASK_AGAIN_MS, MAX_ASK_AGAIN_MS] = [5_000, 60_000];

/** @param read returns the current offer; never fails */
export function createAnnouncements<O extends Offered>(server: Server, read: () => Promise<O>): Announcements<O> {
  const told: Partial<Record<Kind, readonly string[]>> = {};
  let checks = 0;
  let askAgainMs = ASK_AGAIN_MS;
  let timer: NodeJS.Timeout | undefined;

  function checkIn(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(check, ms).unref();
  }

  function askAgain(): void {
    checkIn(askAgainMs);
    askAgainMs = Math.min(askAgainMs * 2, MAX_ASK_AGAIN_MS);
  }

  async function check(): Promise<void> {
    checks += 1;
    const own = checks;
    if (!told.tools && !told.prompts) return;
    const offered = await read();
    // A later check knows better.
    if (own !== checks) return;
    if (offered.isUncertain) return askAgain();
    askAgainMs = ASK_AGAIN_MS;
    const changed = (["tools", "prompts"] as const).filter(
      (kind) => told[kind] && told[kind].join() !== offered[kind].join(),
    );
    for (const kind of changed) told[kind] = offered[kind];
    // Sending fails if the client has disconnected.
    if (changed.includes("tools")) await server.sendToolListChanged().catch(() => {});
    if (changed.includes("prompts")) await server.sendPromptListChanged().catch(() => {});
  }

  return {
    told,
    async list(kind) {
      const before = checks;
      const offered = await read();
      told[kind] = offered[kind];
      if (offered.isUncertain) askAgain();
      // A check during the reading may have compared with an earlier list, and found what this one doesn't contain yet.
      else if (before !== checks) checkIn(0);
      return offered;
    },
    check,
  };
}
