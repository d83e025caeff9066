import * as vscode from "vscode";
import type { Write } from "../../../channel/gate.ts";
import type { Guardrail, Key } from "../../../openrouter/index.ts";
import { formatMoment, formatMoney } from "../../../openrouter/text/format.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { describeGuardrail, describeKey, describeMember, workspaceName } from "../../data/describeKey.ts";
import { guardrailName, guardrailNameByKeyHash } from "../../data/guardrailNames.ts";
import { keyName } from "../../data/names.ts";
import { type Bindings, bindingsById } from "../../guardrails/bindings.ts";
import { deletionImpact } from "../../guardrails/delete.ts";
import { effectText } from "../../guardrails/labels.ts";
import { lastUseText } from "../../keys/keyText.ts";
import { limitWarnings, newLimitWarnings } from "../../keys/limitWarnings.ts";
import { errorText } from "../../platform/errorText.ts";
import { displayLocale } from "../../platform/locale.ts";
import { joinFirst, quoted } from "../../platform/quoted.ts";
import { keysText, membersText } from "../../ui/countTexts.ts";
import { limitText } from "../../ui/limitText.ts";
import { assignedIds } from "../changes/assignedIds.ts";
import { nameInBody } from "../changes/nameInBody.ts";
import { withDefaults } from "./classifyFields.ts";
import { fieldLines } from "./fieldText.ts";
import { reassignedIds } from "./reassigned.ts";
import type { TargetState } from "./targetState.ts";

const MAX_ERROR = 300;
/** The number of characters shown of a guardrail's id. */
const ID_PART = 8;

export interface Question {
  question: string;
  /** Paragraphs; empty ones are omitted. */
  detail: (string | false | undefined)[];
}

/** Describes what an agent wants to change, with what effect, and who asks. The modal adds the account. */
export function questionFor(write: Write, session: AccountSession, before: TargetState): Question {
  const t = vscode.l10n.t;
  const { caller } = write.request;
  return {
    question: questionText(write, before),
    detail: [
      ...effects(write, session, before),
      before.failure !== undefined &&
        t("Couldn't load the current state: {0}", quoted(errorText(before.failure), MAX_ERROR)),
      t(
        "Requested by {0} with the tool {1}. The requesting program chose both names.",
        quoted(caller.client),
        quoted(caller.tool),
      ),
    ],
  };
}

function questionText(write: Write, before: TargetState): string {
  const t = vscode.l10n.t;
  const { action, request } = write;
  const { name, disabled, ...others } = (request.body ?? {}) as Record<string, unknown>;
  const target = quoted(targetName(write, before));
  const onlyTogglesKey = typeof disabled === "boolean" && name === undefined && Object.keys(others).length === 0;
  const idCount = assignedIds(request.body)?.length ?? 0;
  switch (action) {
    case "createKey":
      return t("Let an agent create the key {0}?", target);
    case "updateKey":
      if (!onlyTogglesKey) return t("Let an agent change the key {0}?", target);
      return disabled ? t("Let an agent disable the key {0}?", target) : t("Let an agent enable the key {0}?", target);
    case "deleteKey":
      return t("Let an agent delete the key {0}?", target);
    case "createGuardrail":
      return t("Let an agent create the guardrail {0}?", target);
    case "updateGuardrail":
      return t("Let an agent change the guardrail {0}?", target);
    case "deleteGuardrail":
      return t("Let an agent delete the guardrail {0}?", target);
    case "assignKeys":
      return t("Let an agent assign {0} to the guardrail {1}?", keysText(idCount), target);
    case "unassignKeys":
      return t("Let an agent unassign {0} from the guardrail {1}?", keysText(idCount), target);
    case "assignMembers":
      return t("Let an agent assign {0} to the guardrail {1}?", membersText(idCount), target);
    case "unassignMembers":
      return t("Let an agent unassign {0} from the guardrail {1}?", membersText(idCount), target);
  }
}

/** Returns the name of the key or guardrail; its hash or id if the name is unknown. */
export function targetName({ action, id, request }: Write, { key, guardrail }: TargetState): string {
  if (key) return keyName(key);
  if (guardrail) return guardrailName(guardrail);
  const isNew = action === "createKey" || action === "createGuardrail";
  return isNew ? nameInBody(request.body) : (id ?? "");
}

function effects(write: Write, session: AccountSession, before: TargetState): Question["detail"] {
  const t = vscode.l10n.t;
  const { action, request } = write;
  const body = withDefaults(action, request.body);
  const lines = (known?: Key | Guardrail) => fieldLines(body, known, (id) => workspaceName(session, id)).join("\n");
  const { key, guardrail } = before;
  switch (action) {
    case "createKey":
      return [
        lines(),
        body.limit === null && t("Without a limit, this key can spend all credits."),
        ...newLimitWarnings(body.limit),
      ];
    case "createGuardrail":
      return [lines()];
    case "updateKey":
      return [
        lines(key),
        limitRemovalText(request.body, "limit"),
        ...(key && body.limit !== null ? limitWarnings(key, body, session.client.now()) : []),
        disablingText(request.body),
        key && keySummary(session, key),
      ];
    case "deleteKey":
      return [
        key && keySummary(session, key),
        key && t("Last used: {0}.", lastUseText(key)),
        currentGuardrailText(before, write.id),
        t(
          "Requests with this key will fail immediately, and its usage will no longer be shown by key. This can't be undone.",
        ),
      ];
    case "updateGuardrail":
      return [
        lines(guardrail),
        limitRemovalText(request.body, "limit_usd"),
        withBindings(before, write, effectText),
        guardrailSummary(session, guardrail),
      ];
    case "deleteGuardrail":
      return [
        guardrailSummary(session, guardrail),
        withBindings(before, write, (bindings) => deletionImpact(session, bindings)),
        t("This can't be undone."),
      ];
    default:
      return assignmentDetail(write, session, before);
  }
}

function limitRemovalText(body: unknown, field: string): string | false {
  const removed = (body as Record<string, unknown> | undefined)?.[field] === null;
  return removed && vscode.l10n.t("The limit will be removed, so spending will no longer be limited.");
}

function disablingText(body: unknown): string | false {
  const { disabled } = (body ?? {}) as { disabled?: unknown };
  return disabled === true && vscode.l10n.t("Requests with this key will be rejected until it is enabled again.");
}

/** Describes a key by name, label, workspace, spend and expiry. */
export function keySummary(session: AccountSession, key: Key): string {
  const t = vscode.l10n.t;
  const usd = (value: number, byok = 0) => {
    const spent = formatMoney(value, displayLocale());
    return byok ? `${spent} + ${t("{0} BYOK", formatMoney(byok, displayLocale()))}` : spent;
  };
  const spend = t(
    "It has spent {0} this month and {1} in total.",
    usd(key.usage_monthly, key.byok_usage_monthly),
    usd(key.usage, key.byok_usage),
  );
  const expiry = key.expires_at ? ` ${t("It expires {0}.", formatMoment(key.expires_at, displayLocale()))}` : "";
  return `${t("The key {0}.", describeKey(session, key))} ${spend}${expiry}`;
}

/** Describes a guardrail by name, id and workspace, since several may have the same name. */
export function guardrailSummary(session: AccountSession, guardrail: Guardrail | undefined): string | undefined {
  if (!guardrail) return undefined;
  const t = vscode.l10n.t;
  const id = quoted(`${guardrail.id.slice(0, ID_PART)}…`);
  return t("The guardrail {0}, id {1}.", describeGuardrail(session, guardrail), id);
}

function currentGuardrailText({ lists }: TargetState, hash = ""): string | undefined {
  if (!lists) return vscode.l10n.t("Couldn't load the guardrail it is assigned to.");
  const guardrail = guardrailNameByKeyHash(lists).get(hash);
  return guardrail && vscode.l10n.t("It is assigned to the guardrail {0}.", quoted(guardrail));
}

function withBindings({ lists }: TargetState, { id = "" }: Write, text: (bindings: Bindings) => string): string {
  return lists ? text(bindingsById(lists)(id)) : vscode.l10n.t("Couldn't load the keys and members it applies to.");
}

function assignmentDetail(
  { action, id, request }: Write,
  session: AccountSession,
  before: TargetState,
): Question["detail"] {
  const t = vscode.l10n.t;
  const ids = assignedIds(request.body) ?? [];
  const { guardrail, bound } = before;
  const names = (some: readonly string[]) => namesText(session, some);
  const limit = guardrail && limitText(guardrail.limit_usd, guardrail.reset_interval);
  if (action === "unassignKeys" || action === "unassignMembers")
    return [
      t(
        "{0} will no longer apply to {1}.",
        quoted(guardrail ? guardrailName(guardrail, session) : String(id)),
        names(ids),
      ),
      guardrailSummary(session, guardrail),
    ];
  const reassigned = reassignedIds(ids, bound, id);
  return [
    t("It will apply to {0}.", names(ids)),
    limit && t("Its limit: {0}.", limit),
    reassigned.length > 0 && t("Their current guardrail will no longer apply to {0}.", names(reassigned)),
    !bound && t("Couldn't load their current guardrail."),
    guardrailSummary(session, guardrail),
  ];
}

/** Lists keys and members, each with a suffix if others have the same name. */
export function namesText(session: AccountSession, ids: readonly string[]): string {
  const { keys, members } = session.data;
  const keyByHash = new Map(keys.current?.value.keys.map((key) => [key.hash, key]));
  const memberById = new Map(members.current?.value.members.map((member) => [member.id, member]));
  return joinFirst(
    ids.map((id) => {
      const [key, member] = [keyByHash.get(id), memberById.get(id)];
      return key ? describeKey(session, key) : member ? describeMember(member) : quoted(id);
    }),
  );
}
