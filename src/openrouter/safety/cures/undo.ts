// Plans the undo of a run: the same requests with the earlier values. Pure.
import { type CureItem, type CureKind, type CureRun, countStates } from "./record.ts";

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
    countStates(run).done > 0
  );
}

/** Returns what undoes a run: only what it changed itself, and only if the keys are still as it left them. */
export function planUndo(run: CureRun): { kind: CureKind; items: CureItem[] } {
  const items = run.items
    .filter(({ state }) => state === "done")
    .map(({ reason: _, ...item }): CureItem => ({ ...item, expect: item.want, want: item.expect, state: "waiting" }));
  return { kind: inverses[run.kind] ?? run.kind, items };
}
