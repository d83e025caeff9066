import type { AccountSession } from "../../data/accountData.ts";
import { withoutKeyAssignments } from "../../data/updates.ts";
import type { AgentChange } from "./agentChange.ts";
import { isKeyAction, reloadList } from "./applyToViews.ts";

/** Shows what agents changed through other windows: reads each list again that a change belongs to. */
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
  // Another's word alone takes no binding away.
  if (own.some(({ action }) => action === "deleteKey")) oneOfEach.set(false, "updateGuardrail");
  await Promise.all([...oneOfEach.values()].map((action) => reloadList(action, session)));
}
