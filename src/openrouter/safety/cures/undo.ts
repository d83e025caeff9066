// Plans the undo of a run: the same requests with the earlier values. Pure.
import type { CureItem, CureKind, CureRun } from "./record.ts";

const inverses: Readonly<Record<CureKind, CureKind | undefined>> = {
  setLimit: "setLimit",
  disable: "enable",
  enable: "disable",
  assignGuardrail: "assignGuardrail",
  // The rotation is rolled back by its own command; a deleted key is gone.
  replace: undefined,
  delete: undefined,
};

/** True if something of the run took effect that can be taken back, and isn't an undo itself. */
export function canUndo(run: CureRun): boolean {
  return (
    run.endedAt !== undefined &&
    run.undoes === undefined &&
    run.undoneAt === undefined &&
    inverses[run.kind] !== undefined &&
    run.items.some(hasChanged)
  );
}

/** True for an item that took effect, be it in part. */
const hasChanged = ({ state, after }: CureItem): boolean => state === "done" || after !== undefined;

/** Returns what undoes a run: only what it changed itself, and only if the keys are still as it left them. */
export function planUndo(run: CureRun): { kind: CureKind; items: CureItem[] } {
  const items = run.items.filter(hasChanged).map(({ reason: _, after, ...item }): CureItem => {
    const expect = item.state === "done" ? item.want : { ...item.want, ...after };
    return { ...item, expect, want: item.expect, state: "waiting" };
  });
  return { kind: inverses[run.kind] ?? run.kind, items };
}
