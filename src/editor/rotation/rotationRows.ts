import * as vscode from "vscode";
import { shortLabel } from "../../openrouter/redact.ts";
import { type Observation, observe } from "../../openrouter/rotation/observe.ts";
import type { KeyRef, Rotation } from "../../openrouter/rotation/types.ts";
import type { KeysData } from "../data/accountData.ts";
import type { Reading } from "../data/resource.ts";
import { exactMoney, moment } from "../format.ts";
import { textTable } from "../keys/keyRows.ts";
import { limitText } from "../keys/keyText.ts";
import { shown } from "../shown.ts";
import { type Node, row } from "../views/node.ts";
import { isElsewhere } from "./owner.ts";
import {
  isHandedOver,
  isUnfinished,
  labelsText,
  missingText,
  nextText,
  rotationLabel,
  shortTime,
  silenceText,
  sinceText,
  useText,
} from "./rotationText.ts";

/** A row that stands for a rotation: commands take their rotation from it. */
export interface RotationNode extends Node {
  readonly rotation: Rotation;
}

interface Seen {
  keys: Reading<KeysData> | undefined;
  /** Whether this window works on it now. */
  isLive(id: string): boolean;
}

/** The group of rotations on top of the keys; nothing where there is none. */
export function rotationRows(records: readonly Rotation[], seen: Seen): Node[] {
  if (records.length === 0) return [];
  const label = vscode.l10n.t("Pending Rotations");
  const figure = String(records.length);
  let made: Node[] | undefined;
  const group: Node = row({
    ...{ id: "rotations", label, figure, icon: "sync", expanded: true, context: "rotations" },
    spoken: vscode.l10n.t("{0} pending rotations", figure),
    children: () => (made ??= records.map((record) => rotationRow(record, seen, group))),
  });
  return [group];
}

function rotationRow(record: Rotation, seen: Seen, parent: Node): RotationNode {
  const facts = factsOf(record, seen);
  const label = rotationLabel(record);
  const state = stateText(record, facts);
  const fields = () => fieldsOf(record, facts);
  const node: RotationNode = {
    ...row({
      ...{ id: `rotation:${record.id}`, label, figure: `${state} · ${labelsText(record)}`, parent },
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
  };
  return node;
}

interface Facts {
  busy: "here" | "elsewhere" | undefined;
  /** Undefined where the old key is gone. */
  old: Observation | undefined;
  oldState: string;
  newState: string;
}

function factsOf(record: Rotation, { keys, isLive }: Seen): Facts {
  const key = (hash: string | undefined) => keys?.value.keys.find((one) => one.hash === hash);
  const [old, successor] = [key(record.old.hash), key(record.new?.hash)];
  const state = (found: typeof old) => (found ? stateOf(found.disabled) : vscode.l10n.t("deleted"));
  return {
    busy: isLive(record.id) ? "here" : isUnfinished(record) && isElsewhere(record) ? "elsewhere" : undefined,
    old: old && keys && observe(record, old, keys.readAt),
    oldState: state(old),
    newState: record.new ? state(successor) : vscode.l10n.t("unknown"),
  };
}

const stateOf = (disabled: boolean) => (disabled ? vscode.l10n.t("disabled") : vscode.l10n.t("active"));

/** The row's state in a few words, the most needed first: a narrow sidebar cuts the rest. */
function stateText(record: Rotation, { busy, old }: Facts): string {
  const t = vscode.l10n.t;
  if (busy === "here") return t("in progress");
  if (busy === "elsewhere") return t("in progress in another window");
  if (isUnfinished(record)) return missingText(record);
  if (record.step === "finished")
    return t("limit to restore: {0}", limitText(record.restoreLimit?.limit, record.body.limit_reset));
  if (!old) return t("the old key was deleted");
  return record.step === "disabled" ? `${t("old key disabled")} · ${silenceText(old)}` : useText(old);
}

function iconOf(record: Rotation, { busy, old }: Facts): { icon: string; iconColor?: string } {
  if (busy) return { icon: "sync" };
  if (isUnfinished(record)) return { icon: "warning", iconColor: "list.warningForeground" };
  if (record.step === "finished") return { icon: "dashboard" };
  if (record.step === "disabled") return { icon: "circle-slash", iconColor: "disabledForeground" };
  return old?.silent ? { icon: "pass" } : { icon: "pulse" };
}

/** For the `when` clauses of menus. */
function contextOf(record: Rotation, { busy }: Facts): string {
  const state = busy ? "busy" : isUnfinished(record) ? "unfinished" : record.step;
  const restore = !busy && !isUnfinished(record) && record.restoreLimit;
  return ["rotation", state, ...(restore ? ["restore"] : [])].join(" ");
}

function fieldRow({ exact, ...field }: Field, id: string, parent: Node): Node {
  return row({ ...field, id, parent, tooltip: `${field.label}: ${exact ?? field.figure}` });
}

interface Field {
  label: string;
  figure: string;
  icon: string;
  /** Where the row shows less than there is. */
  exact?: string;
}

/** Everything about it. */
function fieldsOf(record: Rotation, facts: Facts): Field[] {
  const t = vscode.l10n.t;
  const { old, oldState, newState } = facts;
  const { startedAt, lastSpentAt, restoreLimit } = record;
  const key = (ref: KeyRef | undefined, state: string) =>
    ref ? `${shortLabel(ref.label)} · ${state} · ${shown(ref.name)}` : state;
  const at = (iso: string) => ({ figure: shortTime(iso), exact: moment(iso, vscode.env.language) });
  const next = old || !isHandedOver(record) ? nextText(record, old?.silent ?? false) : endText();
  const fields: Field[] = [
    { label: t("Started"), icon: "calendar", ...at(startedAt) },
    { label: t("Old Key"), icon: "key", figure: key(record.old, oldState) },
    { label: t("New Key"), icon: "key", figure: key(record.new, newState) },
    {
      ...{ label: t("Spent Since"), icon: "graph" },
      ...(old ? { figure: sinceText(old.since), exact: sinceText(old.since, exactly) } : { figure: t("unknown") }),
    },
    {
      label: t("Last Seen Spending"),
      icon: "eye",
      ...(lastSpentAt ? at(lastSpentAt) : { figure: t("not since the rotation") }),
    },
    { label: t("Next Step"), icon: "arrow-right", figure: next },
  ];
  if (restoreLimit) {
    const limit = limitText(restoreLimit.limit, record.body.limit_reset);
    const from = at(restoreLimit.from);
    fields.push({
      ...{ label: t("Limit to Restore"), icon: "dashboard" },
      ...{ figure: t("{0} from {1}", limit, from.figure), exact: t("{0} from {1}", limit, from.exact) },
    });
  }
  return fields;
}

const endText = () => vscode.l10n.t("End the rotation: the old key is gone");
const exactly = (usd: number) => exactMoney(usd, vscode.env.language);
