import * as vscode from "vscode";
import { toFailure } from "../../../channel/failures.ts";
import type { Write } from "../../../channel/gate.ts";
import type { ChannelAnswer } from "../../../channel/protocol.ts";
import type { WriteAction } from "../../../openrouter/endpoints/table.ts";
import {
  assignKeys,
  assignMembers,
  ClientEndedError,
  getGuardrail,
  getKey,
  unassignKeys,
  unassignMembers,
  updateGuardrail,
  updateKey,
} from "../../../openrouter/index.ts";
import { requireLive } from "../../account/session.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { guardrailName } from "../../data/guardrailNames.ts";
import { withGuardrail } from "../../data/guardrailUpdates.ts";
import { confirm } from "../../platform/dialogs.ts";
import { errorLogText } from "../../platform/errorText.ts";
import { quoted } from "../../platform/quoted.ts";
import { fieldLabel } from "../../ui/fieldLabel.ts";
import { runWithProgress } from "../../ui/progress.ts";
import { warnOfDifferences } from "../../ui/warnOfDifferences.ts";
import { fieldLines } from "../ask/fieldText.ts";
import { guardrailSummary, keySummary, namesText } from "../ask/question.ts";
import { currentGuardrails, type TargetState } from "../ask/targetState.ts";
import type { AgentServices } from "../services.ts";
import { type AgentChange, createAgentChange } from "./agentChange.ts";
import { reloadList } from "./applyToViews.ts";
import { fieldsChangedSince, isSameForUndo, reassignedSince } from "./changedSince.ts";
import { nameOf, titleOf } from "./changeText.ts";
import { confirmUnchanged } from "./confirmUnchanged.ts";
import { planUndo, type Undo } from "./undo.ts";

/** Undoes an agent's change after a confirmation that shows the current state. Records the undo as a change, too. */
export async function undoChange(
  services: AgentServices,
  session: AccountSession,
  change: AgentChange,
  undo: Undo,
): Promise<void> {
  const t = vscode.l10n.t;
  const name = nameOf({ name: change.name, target: undo.id });
  const now = await confirmUnchanged<TargetState>({
    read: () => runWithProgress(t("Loading {0}", name), (signal) => readCurrentState(session, undo, signal)),
    async ask(current, again) {
      const changed = again && t("It changed while the question was open. This is the current state.");
      const detail = [
        changed,
        undoLines(session, undo, current),
        changedSinceText(change, undo, current),
        current.key ? keySummary(session, current.key) : guardrailSummary(session, current.guardrail),
      ];
      // Use the current name; the record contains the old one.
      const named = current.key?.name ?? current.guardrail?.name ?? change.name;
      const isConfirmed = await confirm(
        session,
        t("Undo: {0}?", titleOf({ ...change, name: named })),
        t("Undo"),
        detail,
        t("Keep Change"),
      );
      if (isConfirmed) requireLive(session);
      return isConfirmed;
    },
    isSame: (asked, current) => isSameForUndo(undo, asked, current),
  });
  if (!now) return;
  requireLive(session);
  const writes = undoWrites(undo, now);
  for (const [i, write] of writes.entries())
    await send(services, session, change, write, now).catch((error: unknown) => {
      if (!(error instanceof ClientEndedError) || i === 0) throw error;
      const text = t("The account was switched or removed before everything was undone. Nothing more was sent.");
      throw new Error(text, { cause: error });
    });
}

/** Reads the current state of the undo's target. */
async function readCurrentState(session: AccountSession, undo: Undo, signal: AbortSignal): Promise<TargetState> {
  const options = { signal, fresh: true };
  if (undo.of === "key") return { key: await getKey(session.client, undo.id, options) };
  if (undo.of === "guardrail") return { guardrail: await getGuardrail(session.client, undo.id, options) };
  const { guardrails, keys, members } = session.data;
  // Needed for the names in the question.
  await Promise.all([guardrails.load({ fresh: true }), undo.of === "keys" ? keys.ensure() : members.ensure()]);
  // A newer load may have superseded this one; wait for it.
  await guardrails.ensure();
  const { current, failure } = guardrails;
  if (!current || failure) throw new Error(failure ?? vscode.l10n.t("Couldn't load the guardrails."));
  return { bound: currentGuardrails(current.value, undo.of, Object.keys(undo.bound)) };
}

function undoLines(session: AccountSession, undo: Undo, { key, guardrail }: TargetState): string {
  const t = vscode.l10n.t;
  if (undo.of === "key" || undo.of === "guardrail") return fieldLines(undo.body, key ?? guardrail).join("\n");
  const { guardrails = [] } = session.data.guardrails.current?.value ?? {};
  const known = new Map(guardrails.map((one) => [one.id, guardrailName(one, session)]));
  return [...Map.groupBy(Object.keys(undo.bound), (id) => undo.bound[id] ?? null)]
    .map(([owner, ids]) =>
      owner === null
        ? t("Will have no guardrail again: {0}.", namesText(session, ids))
        : t(
            "Will be assigned to the guardrail {0} again: {1}.",
            nameOf({ name: known.get(owner) ?? "", target: owner }),
            namesText(session, ids),
          ),
    )
    .join("\n");
}

/** Warns if someone else has changed the target after the agent. */
function changedSinceText(change: AgentChange, undo: Undo, now: TargetState): string | false {
  const t = vscode.l10n.t;
  const fields = fieldsChangedSince(change, undo, now).map(fieldLabel);
  if (fields.length > 0) return t("Changed by someone else since then: {0}.", fields.join(", "));
  const moved = reassignedSince(change, undo, now).length;
  if (moved > 0) return t("Someone else has assigned or unassigned {0} of them since then.", moved);
  return change.outcome === "unknown" && t("It is unknown whether the change took effect.");
}

/** Returns the requests to send: one PATCH, or per guardrail the keys or members to assign or unassign. */
function undoWrites(undo: Undo, now: TargetState): Pick<Write, "action" | "id" | "request">[] {
  const write = (action: WriteAction, id: string, method: "PATCH" | "POST", path: string, body: object) => ({
    ...{ action, id },
    request: { method, path, body, account: "", caller: { client: "OpenRouter Admin", tool: "Undo", session: "" } },
  });
  if (undo.of === "key") return [write("updateKey", undo.id, "PATCH", `/keys/${undo.id}`, undo.body)];
  if (undo.of === "guardrail") return [write("updateGuardrail", undo.id, "PATCH", `/guardrails/${undo.id}`, undo.body)];
  const [field, kind] = undo.of === "keys" ? ["key_hashes", "Keys"] : ["member_user_ids", "Members"];
  const ids = Object.keys(undo.bound).filter((id) => now.bound?.[id] !== undo.bound[id]);
  // Unassign from the current guardrail, which may be another than in the record.
  const groups = Map.groupBy(ids, (id) => JSON.stringify([undo.bound[id] ?? now.bound?.[id], undo.bound[id] !== null]));
  return [...groups].map(([group, some]) => {
    const [id, assigns] = JSON.parse(group!) as [string, boolean];
    const path = `/guardrails/${id}/assignments/${undo.of}${assigns ? "" : "/remove"}`;
    return write(`${assigns ? "assign" : "unassign"}${kind}` as WriteAction, id, "POST", path, { [field!]: some });
  });
}

async function send(
  services: AgentServices,
  session: AccountSession,
  change: AgentChange,
  write: Write,
  now: TargetState,
): Promise<void> {
  const { body } = write.request;
  const record = (answer: ChannelAnswer) => {
    const undo = planUndo({ action: write.action, id: write.id, body }, now);
    const redact = (text: string) => session.client.redact(text);
    return services.changes
      .add(createAgentChange(write, answer, { account: session, name: change.name, undo, undoes: change.id, redact }))
      .catch((error: unknown) => services.log.error(`Agents: ${errorLogText(error)}`));
  };
  const at = session.client.now().toISOString();
  try {
    const title = vscode.l10n.t("Undoing: {0}", titleOf(change));
    await runWithProgress(title, (signal) => carryOut(services, session, write, signal));
  } catch (error) {
    const { name, message } = error as Error;
    // A cancelled request may have been sent.
    const cancelled = { kind: name, message, nextStep: "", mayHaveTakenEffect: true };
    const failure = toFailure(error) ?? cancelled;
    if (failure.mayHaveTakenEffect) void reloadList(write.action, session);
    await record({ kind: "failure", failure, now: at });
    throw error;
  }
  await record({ kind: "answer", now: at });
}

/** Sends the write with the session's client and updates the views. */
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
    keys.showKey(session, key);
    return void warnOfDifferences(quoted(key.name), body, key);
  }
  if (action === "updateGuardrail") {
    const guardrail = await updateGuardrail(client, id, body as object, { signal });
    data.guardrails.change(withGuardrail(guardrail));
    return void warnOfDifferences(quoted(guardrail.name), body, guardrail);
  }
  const requests: Partial<Record<WriteAction, typeof assignKeys>> = {
    assignKeys,
    unassignKeys,
    assignMembers,
    unassignMembers,
  };
  await requests[action]?.(client, id, body.key_hashes ?? body.member_user_ids ?? [], { signal });
  await data.guardrails.load({ fresh: true });
}
