import type { Key } from "../../../openrouter/index.ts";
import type { CureItem, CureRun } from "../../../openrouter/safety/cures/record.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { withKeysAssigned, withoutKeyAssignments } from "../../data/guardrailUpdates.ts";
import { withKey, withoutKeys } from "../../data/keyUpdates.ts";
import type { CureServices } from "./services.ts";

/** How often the views show results: hundreds of them would redraw the views all the time. */
const SHOW_MS = 1_000;

interface ViewUpdates {
  add(item: CureItem, key?: Key | "deleted"): void;
  /** Shows the rest. */
  dispose(): void;
}

/** Applies the results of a run to the account's data, so that the views show them without another request. */
export function createViewUpdates(
  { secrets, log }: CureServices,
  { data }: AccountSession,
  { kind }: CureRun,
): ViewUpdates {
  let changed: Key[] = [];
  let deleted: string[] = [];
  let assigned: CureItem[] = [];

  function show(): void {
    if (changed.length > 0) data.keys.change((keys) => changed.reduce((all, key) => withKey(key)(all), keys));
    if (deleted.length > 0) {
      data.keys.change(withoutKeys(...deleted));
      data.guardrails.change(withoutKeyAssignments(...deleted));
    }
    for (const [id, items] of Map.groupBy(assigned, ({ want }) => want.guardrail))
      data.guardrails.change(
        id ? withKeysAssigned(id, items) : withoutKeyAssignments(...items.map(({ hash }) => hash)),
      );
    [changed, deleted, assigned] = [[], [], []];
  }

  const timer = setInterval(show, SHOW_MS);
  return {
    add(item, key) {
      if (key === "deleted") {
        deleted.push(item.hash);
        if (kind === "delete")
          secrets.discard(item.hash).catch((error: unknown) => log.error(`The secret of a deleted key: ${error}`));
      } else if (key) changed.push(key);
      else if (kind === "assignGuardrail" && (item.state === "done" || item.state === "already")) assigned.push(item);
    },
    dispose() {
      clearInterval(timer);
      show();
      // The new keys are in no list yet.
      if (kind === "replace") void data.keys.load({ fresh: true });
    },
  };
}
