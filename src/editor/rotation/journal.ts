import { join } from "node:path";
import * as vscode from "vscode";
import type { Journal, Rotation } from "../../openrouter/rotation/types.ts";
import { createJsonFolder } from "../jsonFolder.ts";

/** The records of rotations that are not finished, of whatever account: a file each, and a copy in memory. */
export interface RotationJournal extends Journal, vscode.Disposable {
  readonly onDidChange: vscode.Event<void>;
  /** As they were last read, the oldest first. */
  all(): readonly Rotation[];
  /** Reads the files again: another window may have changed them. */
  reload(): Promise<void>;
  /** Changes a record as its file has it now; one that is gone stays gone. */
  update(id: string, change: (record: Rotation) => Rotation): Promise<void>;
}

/** @param storage the extension's own folder, which need not exist */
export function createRotationJournal(storage: vscode.Uri): RotationJournal {
  const changed = new vscode.EventEmitter<void>();
  const folder = createJsonFolder(join(storage.fsPath, "rotations"), isObject);
  let records: readonly Rotation[] = [];
  let last: Promise<unknown> = Promise.resolve();

  /** One after another: a write that was begun before a removal must not end after it. */
  function queued(work: () => Promise<void>): Promise<void> {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  }

  async function load(): Promise<void> {
    const stored = await folder.list();
    // The schemas come with the first record, not with the extension.
    const parse = stored.length > 0 ? (await import("../../openrouter/rotation/types.ts")).parseRotation : undefined;
    const read = stored.map((one) => parse?.(one)).filter((one) => one !== undefined);
    keep(read.sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1)));
  }

  function keep(next: readonly Rotation[]): void {
    if (JSON.stringify(next) === JSON.stringify(records)) return;
    records = next;
    changed.fire();
  }

  async function write(record: Rotation): Promise<void> {
    await folder.write(record.id, record);
    const others = records.filter(({ id }) => id !== record.id);
    const isNew = others.length === records.length;
    keep(isNew ? [...records, record] : records.map((one) => (one.id === record.id ? record : one)));
  }

  return {
    onDidChange: changed.event,
    all: () => records,
    reload: () => queued(load),
    write: (record) => queued(() => write(record)),
    remove: (id) =>
      queued(async () => {
        await folder.remove(id);
        keep(records.filter((one) => one.id !== id));
      }),
    update: (id, change) =>
      queued(async () => {
        await load();
        const record = records.find((one) => one.id === id);
        const next = record && change(record);
        if (next && JSON.stringify(next) !== JSON.stringify(record)) await write(next);
      }),
    dispose: () => changed.dispose(),
  };
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
