import { join } from "node:path";
import * as vscode from "vscode";
import type { CureRun } from "../../../openrouter/safety/cures/record.ts";
import { DAY_MS } from "../../../openrouter/time.ts";
import { isEndedSample } from "../../account/sampleId.ts";
import { createJsonFolder } from "../../platform/jsonFolder.ts";

/** Ended runs are kept this long, and at most so many of them, for their results and for Undo. */
const KEPT_MS = 14 * DAY_MS;
const MAX_ENDED = 20;

/** The runs of all accounts: one file each, shared by all windows. */
export interface CureJournal extends vscode.Disposable {
  /** Fires with the id of a run that this window changed. */
  readonly onDidChange: vscode.Event<string>;
  /** Lists the runs of an account, latest first. Removes old ones. */
  list(account: string): Promise<CureRun[]>;
  read(id: string): Promise<CureRun | undefined>;
  create(run: CureRun): Promise<void>;
  /** Changes the stored run atomically among all windows; undefined if it was removed. Durable once it resolves. */
  update(id: string, change: (run: CureRun) => CureRun): Promise<CureRun | undefined>;
  remove(id: string): Promise<void>;
}

/** @param storage the extension's storage folder; need not exist */
export function createCureJournal(storage: vscode.Uri): CureJournal {
  const changed = new vscode.EventEmitter<string>();
  const files = createJsonFolder(join(storage.fsPath, "cures"), isObject);
  // The schema is imported with the first record.
  const parse = async (stored: unknown): Promise<CureRun | undefined> =>
    stored === undefined
      ? undefined
      : (await import("../../../openrouter/safety/cures/record.ts")).parseCureRun(stored);

  async function all(): Promise<CureRun[]> {
    await files.removeStaleFiles();
    const runs = await Promise.all((await files.list()).map(parse));
    return runs.filter((run) => run !== undefined).sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  }

  return {
    onDidChange: changed.event,
    async list(account) {
      const runs = await all();
      const ended = runs.filter((run) => run.endedAt !== undefined);
      const isOld = (run: CureRun) =>
        isEndedSample(run.account, { since: run.startedAt }) ||
        Date.parse(run.endedAt ?? "") < Date.now() - KEPT_MS ||
        ended.indexOf(run) >= MAX_ENDED;
      for (const run of runs.filter(isOld)) await files.remove(run.id);
      return runs.filter((run) => run.account === account && !isOld(run));
    },
    read: async (id) => parse(await files.read(id)),
    async create(run) {
      await files.write(run.id, run);
      changed.fire(run.id);
    },
    async update(id, change) {
      const { parseCureRun } = await import("../../../openrouter/safety/cures/record.ts");
      const next = await files.update(id, (stored) => {
        const run = parseCureRun(stored);
        return run ? change(run) : stored;
      });
      changed.fire(id);
      return parseCureRun(next);
    },
    async remove(id) {
      await files.remove(id);
      changed.fire(id);
    },
    dispose: () => changed.dispose(),
  };
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
