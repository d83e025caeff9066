import * as vscode from "vscode";
import { observe } from "../../openrouter/rotation/observe.ts";
import { belongsTo } from "../../openrouter/rotation/recover.ts";
import type { Rotation } from "../../openrouter/rotation/types.ts";
import type { App } from "../app.ts";
import type { AccountData } from "../data/accountData.ts";
import type { Log } from "../platform/log.ts";
import type { Node } from "../ui/node.ts";
import { createRotationJournal, type RotationJournal } from "./journal/journal.ts";
import { rotationRows } from "./rotationRows.ts";
import { isHandedOver } from "./rotationText.ts";
import { watchRotations } from "./watch.ts";

/** Rotations that are not finished: what the Keys view shows of them, and what is offered at the start. */
export interface Rotations extends vscode.Disposable {
  readonly onDidChange: vscode.Event<void>;
  /** On top of the keys. */
  rows(): Node[];
  start(app: App): void;
  readonly journal: RotationJournal;
  /** Those of the account in use, the oldest first, as far as its keys were read. */
  list(): Rotation[];
  /** Marks a rotation as worked on in this window until what is returned is called. */
  enter(id: string): () => void;
  /** Whether a flow of this window works on it. */
  isLive(id: string): boolean;
  /** Selects a rotation's row. */
  reveal(app: App, id: string): Promise<void>;
}

export function createRotations(context: vscode.ExtensionContext, data: AccountData, log: Log): Rotations {
  const journal = createRotationJournal(context.globalStorageUri);
  const live = new Set<string>();
  const entered = new vscode.EventEmitter<void>();
  const disposables: vscode.Disposable[] = [journal, entered];

  const keys = () => data.keys.current?.value.keys ?? [];
  const list = () => {
    const all = journal.all();
    return all.length === 0 ? [] : all.filter((record) => belongsTo(record, keys()));
  };
  const rows = () => rotationRows(list(), { keys: data.keys.current, isLive: (id) => live.has(id) });

  /** What the keys tell of the old ones is written down, so that the next session knows it, too. */
  function look(): void {
    const { current } = data.keys;
    if (!current?.complete) return;
    for (const record of list()) {
      const old = current.value.keys.find(({ hash }) => hash === record.old.hash);
      if (!old || !isHandedOver(record)) continue;
      if (JSON.stringify(observe(record, old, current.readAt).record) === JSON.stringify(record)) continue;
      journal
        .update(record.id, (now) => observe(now, old, current.readAt).record)
        .catch((error: unknown) => log.error(`Rotations: ${error}`));
    }
  }

  return {
    onDidChange: (listener) => vscode.Disposable.from(journal.onDidChange(listener), entered.event(listener)),
    rows,
    journal,
    list,
    enter(id) {
      live.add(id);
      entered.fire();
      return () => {
        live.delete(id);
        entered.fire();
      };
    },
    isLive: (id) => live.has(id),
    async reveal(app, id) {
      const [group] = rows();
      const row = group?.children?.().find((one) => one.id === `rotation:${id}`);
      if (row) await app.views.keys.tree.reveal(row, { select: true, focus: false, expand: true });
    },
    start(app) {
      disposables.push(data.keys.onDidChange(look), watchRotations(app));
    },
    dispose: () => vscode.Disposable.from(...disposables).dispose(),
  };
}
