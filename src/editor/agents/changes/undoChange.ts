import * as vscode from "vscode";
import { failureOf } from "../../../channel/failures.ts";
import type { Write } from "../../../channel/gate.ts";
import type { ChannelAnswer } from "../../../channel/protocol.ts";
import { differences } from "../../../openrouter/differences.ts";
import type { Action } from "../../../openrouter/endpoints/table.ts";
import {
  assignKeys,
  assignMembers,
  getGuardrail,
  getKey,
  unassignKeys,
  unassignMembers,
  updateGuardrail,
  updateKey,
} from "../../../openrouter/index.ts";
import { requireLive } from "../../account/session.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { withGuardrail } from "../../data/updates.ts";
import { guardrailsData } from "../../guardrails/pickGuardrail.ts";
import { confirm } from "../../platform/dialogs.ts";
import { errorText } from "../../platform/errorText.ts";
import { working } from "../../ui/progress.ts";
import { warnOfDifferences } from "../../ui/warnOfDifferences.ts";
import type { Before } from "../ask/before.ts";
import { fieldLabel, fieldLines } from "../ask/fields.ts";
import { quoted } from "../ask/quoted.ts";
import type { AgentServices } from "../services.ts";
import { type AgentChange, changeOf } from "./change.ts";
import { titleOf } from "./changeText.ts";
import { type Undo, undoOf } from "./undo.ts";

/** Takes back a change of an agent, after one question that says what is there now. It is recorded as a change itself. */
export async function undoChange(
  services: AgentServices,
  session: AccountSession,
  change: AgentChange,
  undo: Undo,
): Promise<void> {
  const t = vscode.l10n.t;
  const name = quoted(change.name || undo.id);
  const now = await working(t("Reading {0}", name), (signal) => readNow(session, undo, signal));
  const detail = [linesOf(undo, now), changedSince(change, undo, now)];
  if (!(await confirm(t("Undo: {0}?", titleOf(change)), t("Undo"), detail))) return;
  requireLive(session);
  const writes = writesOf(undo, now);
  for (const write of writes) await send(services, session, change, write, now);
}

/** What is there now, as the record of the undo needs it. */
async function readNow(session: AccountSession, undo: Undo, signal: AbortSignal): Promise<Before> {
  const options = { signal, fresh: true };
  if (undo.of === "key") return { key: await getKey(session.client, undo.id, options) };
  if (undo.of === "guardrail") return { guardrail: await getGuardrail(session.client, undo.id, options) };
  const { keyAssignments, memberAssignments } = await guardrailsData(session, 0);
  const owners =
    undo.of === "keys"
      ? new Map(keyAssignments.map((one) => [one.key_hash, one.guardrail_id]))
      : new Map(memberAssignments.map((one) => [one.user_id, one.guardrail_id]));
  return { bound: Object.fromEntries(Object.keys(undo.bound).map((id) => [id, owners.get(id) ?? null])) };
}

function linesOf(undo: Undo, { key, guardrail }: Before): string {
  const t = vscode.l10n.t;
  if (undo.of === "key" || undo.of === "guardrail") return fieldLines(undo.body, key ?? guardrail).join("\n");
  const owners = Object.values(undo.bound);
  const [free, bound] = [owners.filter((owner) => owner === null), owners.filter((owner) => owner !== null)];
  return [
    bound.length > 0 && t("Bound again to the guardrail that they had: {0}.", bound.length),
    free.length > 0 && t("Without a guardrail again: {0}.", free.length),
  ]
    .filter(Boolean)
    .join("\n");
}

/** Says where others changed what the agent had set. */
function changedSince({ body, action, target }: AgentChange, undo: Undo, now: Before): string | false {
  const t = vscode.l10n.t;
  const asked = (body ?? {}) as Record<string, unknown>;
  if (undo.of === "key" || undo.of === "guardrail") {
    const set = Object.fromEntries(Object.entries(asked).filter(([field]) => field in undo.body));
    const found = differences(set, now.key ?? now.guardrail ?? {}).map(({ field }) => fieldLabel(field));
    return found.length > 0 && t("It was changed since by somebody else: {0}.", found.join(", "));
  }
  const set = /^assign/.test(action) ? target : null;
  const moved = Object.values(now.bound ?? {}).filter((owner) => owner !== (set ?? null));
  return moved.length > 0 && t("Of them, {0} were assigned or unassigned since by somebody else.", moved.length);
}

/** What is to be sent: a PATCH, or for each guardrail whom to bind to it or to release from it. */
function writesOf(undo: Undo, now: Before): Pick<Write, "action" | "id" | "request">[] {
  const write = (action: Action, id: string, method: "PATCH" | "POST", path: string, body: object) => ({
    ...{ action, id },
    request: { method, path, body, account: "", caller: { client: "OpenRouter Admin", tool: "Undo", session: "" } },
  });
  if (undo.of === "key") return [write("updateKey", undo.id, "PATCH", `/keys/${undo.id}`, undo.body)];
  if (undo.of === "guardrail") return [write("updateGuardrail", undo.id, "PATCH", `/guardrails/${undo.id}`, undo.body)];
  const [field, kind] = undo.of === "keys" ? ["key_hashes", "Keys"] : ["member_user_ids", "Members"];
  const ids = Object.keys(undo.bound).filter((id) => now.bound?.[id] !== undo.bound[id]);
  // Whom another guardrail binds is not released from this one, but from that.
  const groups = Map.groupBy(ids, (id) => JSON.stringify([undo.bound[id] ?? now.bound?.[id], undo.bound[id] !== null]));
  return [...groups].map(([group, some]) => {
    const [id, assigns] = JSON.parse(group!) as [string, boolean];
    const path = `/guardrails/${id}/assignments/${undo.of}${assigns ? "" : "/remove"}`;
    return write(`${assigns ? "assign" : "unassign"}${kind}` as Action, id, "POST", path, { [field!]: some });
  });
}

async function send(
  services: AgentServices,
  session: AccountSession,
  change: AgentChange,
  write: Write,
  now: Before,
): Promise<void> {
  const { body } = write.request;
  const record = (answer: ChannelAnswer) => {
    const undo = undoOf({ action: write.action, id: write.id, body }, now);
    const redact = (text: string) => session.client.redact(text);
    return services.changes
      .add(changeOf(write, answer, { account: session, name: change.name, undo, undoes: change.id, redact }))
      .catch((error: unknown) => services.log.error(`Agents: ${errorText(error)}`));
  };
  const at = session.client.now().toISOString();
  try {
    const title = vscode.l10n.t("Undoing: {0}", titleOf(change));
    await working(title, (signal) => carryOut(services, session, write, signal));
  } catch (error) {
    const { name, message } = error as Error;
    // One that was cancelled may have been sent.
    const cancelled = { kind: name, message, nextStep: "", mayHaveTakenEffect: true };
    await record({ kind: "failure", failure: failureOf(error) ?? cancelled, now: at });
    throw error;
  }
  await record({ kind: "answer", now: at });
}

/** Sends it with the session's client, and shows it in the views. */
async function carryOut(
  { keys }: AgentServices,
  session: AccountSession,
  { action, id = "", request }: Write,
  signal: AbortSignal,
): Promise<void> {
  const { client, data } = session;
  const body = request.body as Record<string, string[]>;
  if (action === "updateKey") {
    const key = await updateKey(client, id, body as object, { signal });
    keys.show(session, key);
    return void warnOfDifferences(quoted(key.name), body, key);
  }
  if (action === "updateGuardrail") {
    const guardrail = await updateGuardrail(client, id, body as object, { signal });
    data.guardrails.change(withGuardrail(guardrail));
    return void warnOfDifferences(quoted(guardrail.name), body, guardrail);
  }
  const sends: Partial<Record<Action, typeof assignKeys>> = {
    assignKeys,
    unassignKeys,
    assignMembers,
    unassignMembers,
  };
  await sends[action]?.(client, id, body.key_hashes ?? body.member_user_ids ?? [], { signal });
  await data.guardrails.load({ fresh: true });
}
