import { join } from "node:path";
import * as vscode from "vscode";
import type { Journal, Rotation } from "../../../openrouter/rotation/record.ts";
import { isEndedSample } from "../../account/sampleId.ts";
import type { WindowPulse } from "../../platform/windowPulse.ts";
import { createRotationRecords } from "./records.ts";

/** The records of pending rotations of all accounts: one file each, with a copy in memory for the views. */
export interface RotationJournal extends Journal, vscode.Disposable {
  readonly onDidChange: vscode.Event<void>;
  /** The records as last read, oldest first. */
  all(): readonly Rotation[];
  /** Reads the files again, since other windows may have changed them. */
  reload(): Promise<void>;
}

/** True for a rotation in a sample account that no longer exists. */
const isEnded = ({ account, owner, startedAt }: Rotation): boolean =>
  isEndedSample(account, owner ?? { since: startedAt });

/** @param storage the extension's storage folder; need not exist */
export function createRotationJournal(storage: vscode.Uri, pulse: WindowPulse): RotationJournal {
  const changed = new vscode.EventEmitter<void>();
  const files = createRotationRecords(join(storage.fsPath, "rotations"), undefined, pulse.start);
  let records: readonly Rotation[] = [];
  let last: Promise<unknown> = Promise.resolve();
  let tidied: Promise<void> | undefined;

  /** Runs changes one after another, so that the copy reflects the last one. */
  function enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  }

  async function load(): Promise<void> {
    tidied ??= files.removeStaleFiles();
    await tidied;
    const stored = await files.listReadable();
    const next = stored.filter((record) => !isEnded(record));
    // The next load repeats it if it fails.
    for (const record of stored) if (isEnded(record)) void files.remove(record.id).catch(() => {});
    if (JSON.stringify(next) === JSON.stringify(records)) return;
    records = next;
    changed.fire();
  }

  const changeAndReload = <T>(change: () => Promise<T>): Promise<T> =>
    enqueue(async () => {
      const result = await change();
      // The change took effect even if the records can't be read again now; the next change or reload reads them.
      await load().catch(() => {});
      return result;
    });

  return {
    onDidChange: changed.event,
    all: () => records,
    reload: () => enqueue(load),
    list: () => files.list(),
    read: (id) => files.read(id),
    create: (record) => changeAndReload(() => files.create(record)),
    update: (id, change) => changeAndReload(() => files.update(id, change)),
    remove: (id) => changeAndReload(() => files.remove(id)),
    lock: (name) => files.lock(name),
    dispose: () => changed.dispose(),
  };
}
