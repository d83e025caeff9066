// A VS Code window as the MCP server sees it, without VS Code: the listening side of the channel and its gate, with a sample
// account over HTTP.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGate, type Decision, type GateOptions, type Write } from "../../src/channel/gate.ts";
import { type ChannelListener, listen } from "../../src/channel/listen.ts";
import type { WriteMode } from "../../src/channel/writeMode.ts";
import { getAccountId } from "../../src/openrouter/account/accountId.ts";
import { ClientEndedError, createClient, isSampleAccount } from "../../src/openrouter/index.ts";

export interface TestWindowOptions {
  /** The account in use; undefined when signed out. */
  account?: { baseUrl: string; key: string };
  /** The account's name. */
  name?: string;
  writes?: WriteMode;
  /** The selection of tools; undefined for a window older than the setting. */
  tools?: string[];
  /** The user's policy for the audit of keys, as JSON. */
  policy?: string;
  rotations?: { hash: string; startedAt: string }[];
  decide?(write: Write, signal: AbortSignal): Promise<Decision>;
  keeper?: GateOptions<never>["secretKeeper"];
}

type TestSession = ReturnType<typeof createSession>;

export interface TestWindow {
  listening: ChannelListener;
  /** The number of writes that needed a decision. */
  readonly asked: number;
  /** The decided writes, in order. */
  decided: { write: Write; answer: { kind: string }; account: string }[];
  /** Switches the account, as the user would. */
  use(account: { baseUrl: string; key: string } | undefined): Promise<void>;
  allow(writes: WriteMode): Promise<void>;
  /** Stops responding, as an extension host does that hangs; `false` lets it respond to what is asked later. */
  hang(hangs?: boolean): void;
  /** Selects tools, as the user would in the settings. */
  select(tools: string[] | undefined): Promise<void>;
  close(): Promise<void>;
}

/** Creates a home folder, so that servers and windows of a test find only each other. */
export async function temporaryHome(): Promise<{ home: string; folder: string; remove(): Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), "openrouter-admin-home-"));
  const folder = join(home, ".openrouter-admin", "windows");
  return { home, folder, remove: () => rm(home, { recursive: true, force: true }) };
}

export async function openTestWindow(folder: string, options: TestWindowOptions = {}): Promise<TestWindow> {
  let session = createSession(options.account);
  let writes = options.writes ?? "off";
  let tools = options.tools;
  let asked = 0;
  let hangs = false;
  const decided: TestWindow["decided"] = [];
  const handle = createGate<NonNullable<TestSession>>({
    session: async () => session,
    writeMode: () => writes,
    decide(write, _session, signal) {
      asked += 1;
      return options.decide?.(write, signal) ?? Promise.resolve({ allowed: true });
    },
    secretKeeper: (isGone) =>
      (options.keeper as GateOptions<NonNullable<TestSession>>["secretKeeper"] | undefined)?.(isGone),
    onDecided: (write, { id: account }, answer) => decided.push({ write, answer, account }),
  });
  const listening = await listen({
    folder,
    handle,
    async state() {
      if (hangs) await new Promise(() => {});
      return {
        account: session && { id: session.id, name: options.name ?? session.name, sample: session.sample },
        baseUrl: session?.client.baseUrl,
        writes,
        tools,
        policy: options.policy,
        rotations: options.rotations,
      };
    },
    onError(error) {
      throw error;
    },
  });
  return {
    listening,
    decided,
    get asked() {
      return asked;
    },
    async use(account) {
      session?.end();
      session = createSession(account);
      await listening.updateEntry();
    },
    async allow(mode) {
      writes = mode;
      await listening.updateEntry();
    },
    hang(does = true) {
      hangs = does;
    },
    async select(selected) {
      tools = selected;
      await listening.updateEntry();
    },
    async close() {
      session?.end();
      await listening.close();
    },
  };
}

function createSession(account: TestWindowOptions["account"]) {
  if (!account) return undefined;
  const { key, baseUrl } = account;
  const lifetime = new AbortController();
  const client = createClient({ key, baseUrl, lifetime: lifetime.signal });
  const sample = isSampleAccount(key, client.baseUrl);
  return {
    ...{ id: getAccountId(key), name: "Test", sample, client, signal: lifetime.signal },
    end: () => lifetime.abort(new ClientEndedError()),
  };
}
