import { join } from "node:path";
import * as vscode from "vscode";
import type { Journal, Rotation } from "../../../openrouter/rotation/record.ts";
import { createRotationRecords } from "./records.ts";

/** The records of rotations that are not finished, of whatever account: a file each, and a copy in memory to show. */
export interface RotationJournal extends Journal, vscode.Disposable {
  readonly onDidChange: vscode.Event<void>;
  /** As they were last read, the oldest first. */
  all(): readonly Rotation[];
  /** Reads the files again: another window may have changed them. */
  reload(): Promise<void>;
}

/** @param storage the extension's own folder, which need not exist */
export function createRotationJournal(storage: vscode.Uri): RotationJournal {
  const changed = new vscode.EventEmitter<void>();
  const files = createRotationRecords(join(storage.fsPath, "rotations"));
  let records: readonly Rotation[] = [];
  let last: Promise<unknown> = Promise.resolve();
  let tidied: Promise<void> | undefined;

  /** One after another, so that the copy is that of the last change. */
  function queued<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  }

  async function load(): Promise<void> {
    tidied ??= files.removeStaleFiles();
    await tidied;
    const next = await files.listReadable();
    if (JSON.stringify(next) === JSON.stringify(records)) return;
    records = next;
    changed.fire();
  }

  const changing = <T>(change: () => Promise<T>): Promise<T> =>
    queued(async () => {
      const result = await change();
      // It took effect, whether the copy can be read again now or later.
      await load().catch(() => {});
      return result;
    });

  return {
    onDidChange: changed.event,
    all: () => records,
    reload: () => queued(load),
    list: () => files.list(),
    read: (id) => files.read(id),
    create: (record) => changing(() => files.create(record)),
    update: (id, change) => changing(() => files.update(id, change)),
    remove: (id) => changing(() => files.remove(id)),
    lock: (name) => files.lock(name),
    dispose: () => changed.dispose(),
  };
}
