import type { Write } from "../../../channel/gate.ts";
import type { ChannelAnswer } from "../../../channel/protocol.ts";
import type { WriteAction } from "../../../openrouter/endpoints/table.ts";
import type { AccountSession } from "../../data/accountData.ts";
import {
  withGuardrail,
  withKeysAssigned,
  withMembersAssigned,
  withoutGuardrail,
  withoutKeyAssignments,
  withUnassigned,
} from "../../data/guardrailUpdates.ts";
import { withoutKeys } from "../../data/keyUpdates.ts";
import type { KeyList } from "../../keys/keyList.ts";
import type { PendingSecrets } from "../../secrets/pendingSecrets.ts";
import { createdId, outcomeOf } from "./agentChange.ts";
import { assignedIds } from "./assignedIds.ts";

export interface ViewServices {
  keys: Pick<KeyList, "showKey">;
  secrets: Pick<PendingSecrets, "stateOf" | "discard">;
}

/** Applies a write's response to the views' data; reloads the list if the response is not sufficient. */
export async function applyToViews(
  options: ViewServices,
  write: Write,
  session: AccountSession,
  answer: ChannelAnswer,
): Promise<void> {
  const { outcome } = outcomeOf(answer);
  const isNotFound = answer.kind === "failure" && answer.failure.status === 404;
  if (outcome === "refused" || (outcome === "failed" && !isNotFound)) return;
  const id = write.id ?? createdId(answer);
  const isDeletion = write.action === "deleteKey" || write.action === "deleteGuardrail";
  if (id !== undefined && outcome === "done" && !isDeletion) session.data.changedByAgents.add(id);
  const isApplied = answer.kind === "answer" && (await applyAnswer(options, write, session, answer.json));
  if (!isApplied) await reloadList(write.action, session);
}

/** @returns false if the response doesn't contain the new state */
async function applyAnswer(
  { keys, secrets }: ViewServices,
  { action, id = "", request }: Write,
  session: AccountSession,
  json: unknown,
): Promise<boolean> {
  const { data } = session;
  const answer = (json ?? {}) as Record<string, unknown>;
  const { Key, Guardrail } = await import("../../../openrouter/schemas.ts");
  switch (action) {
    case "createKey":
    case "updateKey": {
      const key = Key.safeParse(answer.data).data;
      if (key) keys.showKey(session, key);
      return key !== undefined;
    }
    case "deleteKey":
      data.keys.change(withoutKeys(id));
      data.guardrails.change(withoutKeyAssignments(id));
      if (secrets.stateOf(id)) await secrets.discard(id);
      return true;
    case "createGuardrail":
    case "updateGuardrail": {
      const guardrail = Guardrail.safeParse(answer.data).data;
      if (guardrail) data.guardrails.change(withGuardrail(guardrail));
      return guardrail !== undefined;
    }
    case "deleteGuardrail":
      data.guardrails.change(withoutGuardrail(id));
      return true;
  }
  const ids = assignedIds(request.body) ?? [];
  // The count excludes unchanged assignments, so only a full count proves that all of them are as requested.
  if ((answer.assigned_count ?? answer.unassigned_count) !== ids.length) return false;
  if (action === "assignMembers") data.guardrails.change(withMembersAssigned(id, ids));
  if (action === "unassignKeys" || action === "unassignMembers") data.guardrails.change(withUnassigned(id, ids));
  if (action !== "assignKeys") return true;
  const known = data.keys.current?.value.keys.filter(({ hash }) => ids.includes(hash)) ?? [];
  if (known.length !== ids.length) return false;
  data.guardrails.change(withKeysAssigned(id, known));
  return true;
}

/** True if the action changes a key; all others change a guardrail. */
export function isKeyAction(action: WriteAction): boolean {
  return action === "createKey" || action === "updateKey" || action === "deleteKey";
}

/** Reloads the list that the action affects, if it was loaded before. */
export async function reloadList(action: WriteAction, { data }: AccountSession): Promise<void> {
  const list = isKeyAction(action) ? data.keys : data.guardrails;
  if (list.current || list.loading) await list.load({ fresh: true });
}
