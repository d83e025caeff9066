import * as vscode from "vscode";
import type { Rotation } from "../../../openrouter/rotation/record.ts";
import type { SessionBound } from "../../account/session.ts";
import type { AccountData } from "../../data/accountData.ts";
import { limitText } from "../../ui/limitText.ts";
import { type Node, row } from "../../ui/node.ts";
import { textTable } from "../../ui/textTable.ts";
import {
  isUnfinished,
  labelsText,
  lastSeenText,
  missingStepText,
  oldKeyText,
  rotationLabel,
  spentText,
} from "../rotationText.ts";
import {
  type Field,
  type RotationFacts,
  type RotationFactsOptions,
  rotationFacts,
  rotationFields,
} from "./rotationFacts.ts";

/** The row of a rotation. Commands read the rotation and its account from it. */
export interface RotationNode extends Node, SessionBound<AccountData> {
  readonly rotation: Rotation;
}

/** Creates the Pending Rotations group at the top of the Keys view. */
export function rotationRows(records: readonly Rotation[], options: RotationFactsOptions): Node[] {
  const label = vscode.l10n.t("Pending Rotations");
  const description = String(records.length);
  let children: Node[] | undefined;
  const labels = records.map(rotationLabel);
  const hasTwin = (one: string) => labels.filter((other) => other === one).length > 1;
  const group: Node = row({
    id: "rotations",
    label,
    description,
    icon: "sync",
    expanded: true,
    context: "rotations",
    ariaLabel:
      records.length === 1 ? vscode.l10n.t("1 pending rotation") : vscode.l10n.t("{0} pending rotations", description),
    children: () => (children ??= records.map((record) => rotationRow(record, { ...options, hasTwin }, group))),
  });
  return [group];
}

interface RowOptions extends RotationFactsOptions {
  /** True if another rotation has the same label. */
  hasTwin(label: string): boolean;
}

function rotationRow(record: Rotation, options: RowOptions, parent: Node): RotationNode {
  const facts = rotationFacts(record, options);
  const label = rotationLabel(record);
  const state = stateText(record, facts);
  const keys = labelsText(record);
  const fields = () => rotationFields(record, facts);
  const node: RotationNode = {
    ...row({
      id: `rotation:${record.id}`,
      label,
      description: (options.hasTwin(label) ? [keys, state] : [state, keys]).join(" · "),
      parent,
      ...iconOf(record, facts),
      ariaLabel: vscode.l10n.t("Rotation of {0}, {1}", options.hasTwin(label) ? `${label} ${keys}` : label, state),
      context: contextOf(record, facts),
      tooltip: () =>
        textTable(
          vscode.l10n.t("Rotation of {0}", label),
          fields().map(({ label, description, exact }) => [label, exact ?? description]),
        ),
      children: () => fields().map((field, i) => fieldRow(field, `${node.id}:${i}`, node)),
    }),
    rotation: record,
    session: options.session,
  };
  return node;
}

/** The state in a few words, most important first, because a narrow sidebar cuts off the rest. */
function stateText(record: Rotation, { runningIn, old, oldState, newState }: RotationFacts): string {
  const t = vscode.l10n.t;
  if (runningIn === "here") return t("in progress");
  if (runningIn === "elsewhere") return t("in progress in another window");
  if (isUnfinished(record)) return missingStepText(record);
  if (record.step === "finished")
    return t("limit to restore: {0}", limitText(record.restoreLimit?.limit, record.body.limit_reset));
  if (newState === "deleted") return t("the new key was deleted");
  if (!old) return oldState === "deleted" ? t("the old key was deleted") : t("loading the keys");
  const spent = old.record.lastSpentAt && t("{0} since the rotation", spentText(old.since));
  return record.step === "disabled"
    ? `${t("old key disabled")} · ${lastSeenText(old)}`
    : [oldKeyText(old), spent].filter(Boolean).join(" · ");
}

function iconOf(record: Rotation, { runningIn, old, newState }: RotationFacts): { icon: string; iconColor?: string } {
  if (runningIn) return { icon: "sync" };
  if (isUnfinished(record) || newState === "deleted") return { icon: "warning", iconColor: "list.warningForeground" };
  if (record.step === "finished") return { icon: "dashboard" };
  if (record.step === "disabled") return { icon: "circle-slash", iconColor: "disabledForeground" };
  return old?.isSilent ? { icon: "pass" } : { icon: "pulse" };
}

/** Builds the context value for the `when` clauses of menus. */
function contextOf(record: Rotation, { runningIn }: RotationFacts): string {
  const step = isUnfinished(record) ? "unfinished" : record.step;
  // A rotation that is running elsewhere can be taken over; the commands ask first.
  const state = runningIn === "here" ? "busy" : runningIn ? `busy ${step}` : step;
  const restore = !runningIn && !isUnfinished(record) && record.restoreLimit;
  return ["rotation", state, ...(restore ? ["restore"] : [])].join(" ");
}

function fieldRow({ exact, ...field }: Field, id: string, parent: Node): Node {
  return row({ ...field, id, parent, tooltip: `${field.label}: ${exact ?? field.description}` });
}
