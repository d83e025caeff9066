import * as vscode from "vscode";
import type { Refusal } from "../../../channel/refusals.ts";
import { formatTime } from "../../../openrouter/text/format.ts";
import { excerpt } from "../../../openrouter/text/printable.ts";
import { displayLocale } from "../../platform/locale.ts";
import { quoted } from "../../platform/quoted.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { withoutIds } from "../../platform/withoutIds.ts";
import { keysText, membersText } from "../../ui/countTexts.ts";
import { fieldLines } from "../ask/fieldText.ts";
import type { AgentChange, Outcome } from "./agentChange.ts";

const MAX_DETAIL = 200;
/** Characters of an id that suffice to recognize it. */
const ID_PART = 8;

export const outcomeIcons: Record<Outcome, string> = {
  done: "check",
  failed: "error",
  refused: "circle-slash",
  unknown: "question",
};

/** Returns the quoted name of the key or guardrail, or the beginning of its hash or id if the name is unknown. */
export function nameOf({ name, target = "" }: Pick<AgentChange, "name" | "target">): string {
  return quoted(name || (target && `${target.slice(0, ID_PART)}…`));
}

/** Returns the requested change: `Change key “ci”`. */
export function titleOf(change: AgentChange): string {
  const t = vscode.l10n.t;
  const { action, many = 0 } = change;
  const what = nameOf(change);
  switch (action) {
    case "createKey":
      return t("Create key {0}", what);
    case "updateKey":
      return t("Change key {0}", what);
    case "deleteKey":
      return t("Delete key {0}", what);
    case "createGuardrail":
      return t("Create guardrail {0}", what);
    case "updateGuardrail":
      return t("Change guardrail {0}", what);
    case "deleteGuardrail":
      return t("Delete guardrail {0}", what);
    case "assignKeys":
      return t("Assign {0} to {1}", keysText(many), what);
    case "unassignKeys":
      return t("Unassign {0} from {1}", keysText(many), what);
    case "assignMembers":
      return t("Assign {0} to {1}", membersText(many), what);
    case "unassignMembers":
      return t("Unassign {0} from {1}", membersText(many), what);
    default:
      return quoted(String(action)); // recorded by a newer version
  }
}

/** Returns the time and the client. */
export function originOf({ at, client }: AgentChange): string {
  return `${formatTime(new Date(at), displayLocale())} · ${quoted(client, 40)}`;
}

/** Returns the outcome and the requested fields. */
export function detailOf(change: AgentChange, undone: boolean): string {
  const { body, action } = change;
  const isAssignment = /assign/i.test(action);
  const fields = isAssignment || typeof body !== "object" ? [] : fieldLines(body);
  return [outcomeText(change), undone && vscode.l10n.t("undone"), excerpt(fields.join(", "), MAX_DETAIL)]
    .filter(Boolean)
    .join(" · ");
}

function outcomeText({ outcome, message = "", refusal }: AgentChange): string {
  const t = vscode.l10n.t;
  const why = excerpt(safeLabel(withoutIds(message)), MAX_DETAIL);
  switch (outcome) {
    case "done":
      return t("Done");
    case "failed":
      return t("Failed: {0}", why);
    case "refused":
      return refusalText(refusal);
    case "unknown":
      return t("May have taken effect: {0}", why);
  }
}

function refusalText(refusal: Refusal | undefined): string {
  const t = vscode.l10n.t;
  const texts: Record<Refusal, string> = {
    person: t("Refused by you"),
    late: t("Refused: no answer within two minutes"),
    gone: t("Refused: the agent stopped waiting"),
    switched: t("Refused: the account was switched or removed"),
    off: t("Refused: write tools were off"),
    missing: t("Refused: the key or guardrail doesn't exist"),
    malformed: t("Refused: the request was malformed"),
    failed: t("Refused: couldn't ask you"),
  };
  return refusal ? texts[refusal] : t("Refused");
}
