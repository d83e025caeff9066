import * as vscode from "vscode";
import type { Rotation } from "../../../openrouter/rotation/record.ts";
import type { SessionBound } from "../../account/session.ts";
import type { AccountData } from "../../data/accountData.ts";
import { limitText } from "../../ui/limitText.ts";
import { type Node, row } from "../../ui/node.ts";
import { textTable } from "../../ui/textTable.ts";
import { isUnfinished, labelsText, missingStepText, rotationLabel, silenceText, usageText } from "../rotationText.ts";
import {
  type Field,
  type RotationFacts,
  type RotationFactsOptions,
  rotationFacts,
  rotationFields,
} from "./rotationFacts.ts";

/** A row that stands for a rotation: commands take their rotation, and its account, from it. */
export interface RotationNode extends Node, SessionBound<AccountData> {
  readonly rotation: Rotation;
}

/** The group of rotations on top of the keys; nothing where there is none. */
export function rotationRows(records: readonly Rotation[], sources: RotationFactsOptions): Node[] {
  if (records.length === 0) return [];
  const label = vscode.l10n.t("Pending Rotations");
  const figure = String(records.length);
  let made: Node[] | undefined;
  const group: Node = row({
    id: "rotations",
    label,
    figure,
    icon: "sync",
    expanded: true,
    context: "rotations",
    spoken: records.length === 1 ? vscode.l10n.t("1 pending rotation") : vscode.l10n.t("{0} pending rotations", figure),
    children: () => (made ??= records.map((record) => rotationRow(record, sources, group))),
  });
  return [group];
}

function rotationRow(record: Rotation, sources: RotationFactsOptions, parent: Node): RotationNode {
  const facts = rotationFacts(record, sources);
  const label = rotationLabel(record);
  const state = stateText(record, facts);
  const fields = () => rotationFields(record, facts);
  const node: RotationNode = {
    ...row({
      id: `rotation:${record.id}`,
      label,
      figure: `${state} · ${labelsText(record)}`,
      parent,
      ...iconOf(record, facts),
      spoken: vscode.l10n.t("Rotation of {0}, {1}", label, state),
      context: contextOf(record, facts),
      tooltip: () =>
        textTable(
          vscode.l10n.t("Rotation of {0}", label),
          fields().map(({ label, figure, exact }) => [label, exact ?? figure]),
        ),
      children: () => fields().map((field, i) => fieldRow(field, `${node.id}:${i}`, node)),
    }),
    rotation: record,
    session: sources.session,
  };
  return node;
}

/** The row's state in a few words, the most needed first: a narrow sidebar cuts the rest. */
function stateText(record: Rotation, { busy, old, oldState, newState }: RotationFacts): string {
  const t = vscode.l10n.t;
  if (busy === "here") return t("in progress");
  if (busy === "elsewhere") return t("in progress in another window");
  if (isUnfinished(record)) return missingStepText(record);
  if (record.step === "finished")
    return t("limit to restore: {0}", limitText(record.restoreLimit?.limit, record.body.limit_reset));
  if (newState === "deleted") return t("the new key was deleted");
  if (!old) return oldState === "deleted" ? t("the old key was deleted") : t("reading the keys");
  return record.step === "disabled"
    ? `${t("old key disabled")} · ${silenceText(old)}`
    : t("old key: {0}", usageText(old));
}

function iconOf(record: Rotation, { busy, old, newState }: RotationFacts): { icon: string; iconColor?: string } {
  if (busy) return { icon: "sync" };
  if (isUnfinished(record) || newState === "deleted") return { icon: "warning", iconColor: "list.warningForeground" };
  if (record.step === "finished") return { icon: "dashboard" };
  if (record.step === "disabled") return { icon: "circle-slash", iconColor: "disabledForeground" };
  return old?.isSilent ? { icon: "pass" } : { icon: "pulse" };
}

/** For the `when` clauses of menus. */
function contextOf(record: Rotation, { busy }: RotationFacts): string {
  const step = isUnfinished(record) ? "unfinished" : record.step;
  // What seems busy elsewhere can be taken over: the commands ask first.
  const state = busy === "here" ? "busy" : busy ? `busy ${step}` : step;
  const restore = !busy && !isUnfinished(record) && record.restoreLimit;
  return ["rotation", state, ...(restore ? ["restore"] : [])].join(" ");
}

function fieldRow({ exact, ...field }: Field, id: string, parent: Node): Node {
  return row({ ...field, id, parent, tooltip: `${field.label}: ${exact ?? field.figure}` });
}
