import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../../../channel/writeAtomically.ts";
import { parseJson } from "../../../openrouter/http/responseBody.ts";
import { isEndedSample } from "../../account/sampleId.ts";
import { takeLock } from "../../platform/fileLock.ts";
import { type AgentChange, isAgentChange } from "./agentChange.ts";

export const MAX_CHANGES = 500;
/** How long to wait for other windows that are writing the log. */
const LOCK_MS = 10_000;

/** Stores the last 500 writes that agents requested, of all windows and accounts. */
export interface ChangeLog {
  /** Returns the changes, newest first. Skips invalid lines, other versions, and sample accounts that no longer exist. */
  list(): Promise<AgentChange[]>;
  add(change: AgentChange): Promise<void>;
}

/** @param folder contains only the log: a JSON Lines file that only the user can read */
export function createChangeLog(folder: string): ChangeLog {
  const file = join(folder, "changes.jsonl");
  let queue: Promise<unknown> = Promise.resolve();

  async function read(): Promise<AgentChange[]> {
    const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "";
      throw error;
    });
    return text.split("\n").map(parse).filter(isAgentChange).filter(isOfUsableAccount);
  }

  async function append(change: AgentChange): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const release = await takeLock(folder, file, LOCK_MS);
    if (!release) throw new Error("The record of agents' changes is being written by another window.");
    try {
      const changes = newest([...(await read()), change]);
      await writeAtomically(file, changes.map((one) => `${JSON.stringify(one)}\n`).join(""));
    } finally {
      await release();
    }
  }

  return {
    list: async () => {
      await queue;
      return (await read()).reverse();
    },
    add(change) {
      const done = queue.then(() => append(change));
      queue = done.catch(() => {});
      return done;
    },
  };
}

const isOfUsableAccount = ({ account, pid, at }: AgentChange): boolean =>
  !isEndedSample(account.id, { pid, since: at });

/** Drops changes without effect first, so that many refused writes don't push out undoable changes. */
function newest(changes: AgentChange[]): AgentChange[] {
  let excess = changes.length - MAX_CHANGES;
  const kept = changes.filter(({ outcome }) => !((outcome === "refused" || outcome === "failed") && excess-- > 0));
  return kept.slice(-MAX_CHANGES);
}

function parse(line: string): unknown {
  try {
    // The same conversion as when sending: infinite numbers become null.
    return JSON.parse(JSON.stringify(parseJson(line) ?? null));
  } catch {
    return undefined;
  }
}
