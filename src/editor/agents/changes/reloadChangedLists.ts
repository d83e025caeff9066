import type { AccountSession } from "../../data/accountData.ts";
import { withoutKeyAssignments } from "../../data/guardrailUpdates.ts";
import type { AgentChange } from "./agentChange.ts";
import { isKeyAction, reloadList } from "./applyToViews.ts";

/** Reloads the lists that agents changed through other windows. */
export async function reloadChangedLists(changes: readonly AgentChange[], session: AccountSession): Promise<void> {
  const { data, id } = session;
  const own = changes.filter(
    ({ account, outcome, status }) =>
      account.id === id && (outcome === "done" || outcome === "unknown" || (outcome === "failed" && status === 404)),
  );
  for (const { action, outcome, target, undoes } of own) {
    if (target === undefined || outcome !== "done") continue;
    if (action === "deleteKey") data.guardrails.change(withoutKeyAssignments(target));
    else if (undoes === undefined && action !== "deleteGuardrail") data.changedByAgents.add(target);
  }
  const oneOfEach = new Map(own.map(({ action }) => [isKeyAction(action), action]));
  // Reload the assignments, too: the record of another window alone is no proof that the key was deleted.
  if (own.some(({ action }) => action === "deleteKey")) oneOfEach.set(false, "updateGuardrail");
  await Promise.all([...oneOfEach.values()].map((action) => reloadList(action, session)));
}
