import * as vscode from "vscode";
import { isUnconfigured } from "../../../openrouter/guardrails/defaultGuardrails.ts";
import { effectiveZdr, type ZdrField, zdrFields } from "../../../openrouter/guardrails/guardrailChanges.ts";
import type { Guardrail } from "../../../openrouter/index.ts";
import { formatExactMoney, formatMoment } from "../../../openrouter/text/format.ts";
import { guardrailName } from "../../data/guardrailNames.ts";
import { displayLocale } from "../../platform/locale.ts";
import { joinFirst } from "../../platform/quoted.ts";
import { resetText } from "../../ui/limitText.ts";
import { textTable } from "../../ui/textTable.ts";
import { isUnread } from "../allGuardrails.ts";
import { bindsNothing } from "../bindings.ts";
import { assignedKeyNames, assignedMemberNames } from "../boundNames.ts";
import {
  actionText,
  defaultGuardrailText,
  listName,
  listText,
  onOffText,
  otherSettings,
  unconfiguredText,
  unreadText,
  zdrName,
} from "../labels.ts";
import { listFields } from "../listFields.ts";
import type { GuardrailContext } from "./nodes.ts";

/** The maximum number of names per list in the tooltip; the child rows show all. */
const MAX_NAMED = 8;

/** A table of all fields, keys and members. Names are rendered as text, never as Markdown. */
export function guardrailTooltip(guardrail: Guardrail, context: GuardrailContext): vscode.MarkdownString {
  const t = vscode.l10n.t;
  const timeText = (iso: string | null | undefined) => (iso ? formatMoment(iso, displayLocale()) : t("never"));
  const bindings = context.bindings(guardrail.id);
  const notes = [
    bindsNothing(bindings) && t("It has no effect until it is assigned."),
    defaultGuardrailText(bindings),
    isUnread(guardrail) ? unreadText() : isUnconfigured(guardrail) && unconfiguredText(),
  ].filter((note) => typeof note === "string");
  const workspace = context.workspace(guardrail.workspace_id);
  const title = guardrailName(guardrail, context.session);
  const about = [
    ...(notes.length > 0 ? [line(t("Note"), notes.join(" "))] : []),
    ...(guardrail.description ? [line(t("Description"), guardrail.description)] : []),
    ...(workspace ? [line(t("Workspace"), workspace)] : []),
  ];
  if (isUnread(guardrail)) return textTable(title, [...about, line(t("ID"), guardrail.id)]);
  const keys = bindings.keys.map(assignedKeyNames(context.session, bindings.keys));
  const members = bindings.members.map(assignedMemberNames(context.session));
  const filters = [
    ...(guardrail.content_filter_builtins ?? []).map(({ slug, action }) => `${slug}: ${actionText(action)}`),
    ...(guardrail.content_filters ?? []).map(({ pattern, action }) => `${pattern}: ${actionText(action)}`),
  ];
  return textTable(title, [
    ...about,
    line(t("Keys"), joinFirst(keys, MAX_NAMED) || t("none")),
    line(t("Members"), joinFirst(members, MAX_NAMED) || t("none")),
    line(
      t("Limit"),
      guardrail.limit_usd == null ? t("no limit") : formatExactMoney(guardrail.limit_usd, displayLocale()),
    ),
    line(t("Reset"), resetText(guardrail.reset_interval)),
    line(t("Zero Data Retention"), zdrLine(guardrail)),
    ...listFields.map((field) =>
      line(listName(field), joinFirst(guardrail[field] ?? [], MAX_NAMED) || listText(field, null)),
    ),
    line(t("Content Filters"), joinFirst(filters, MAX_NAMED) || t("none")),
    ...otherSettings(guardrail).map(({ label, description }) => line(label, description)),
    line(t("Created"), timeText(guardrail.created_at)),
    line(t("Updated"), timeText(guardrail.updated_at)),
    line(t("ID"), guardrail.id),
  ]);
}

/** The state per provider, or one state if all are the same. */
function zdrLine(guardrail: Guardrail): string {
  const fields = Object.keys(zdrFields) as ZdrField[];
  const states = new Map(fields.map((field) => [zdrName(field), onOffText(effectiveZdr(guardrail, field))]));
  const [first, ...others] = new Set(states.values());
  return others.length ? [...states].map(([name, state]) => `${name}: ${state}`).join(", ") : (first ?? "");
}

const line = (label: string, value: string): [string, string] => [label, value];
