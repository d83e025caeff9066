import * as vscode from "vscode";
import { effectiveZdr, type ZdrField, zdrFields } from "../../../openrouter/guardrails/guardrailChanges.ts";
import type { Workspace } from "../../../openrouter/index.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { limitText, resetText } from "../../ui/limitText.ts";
import { type Node, type RowOptions, row } from "../../ui/node.ts";
import { type Bindings, bindsNothing } from "../bindings.ts";
import {
  actionText,
  defaultGuardrailText,
  listName,
  listText,
  onOffText,
  otherSettings,
  scanScopeText,
  zdrName,
  zdrText,
} from "../labels.ts";
import { type ListField, listFields } from "../listFields.ts";
import type { GuardrailNode, ListEntryNode } from "./nodes.ts";

/** A row below another, with an id of its own under that one's. */
function under(parent: Node, options: RowOptions): Node {
  return row({ ...options, id: `${parent.id}:${options.id}`, parent });
}

/** What a guardrail limits, allows and filters, and, before that, whether it does so for nobody or for a whole workspace. */
export function fieldRows(parent: GuardrailNode, bindings: Bindings): Node[] {
  const { guardrail } = parent;
  const t = vscode.l10n.t;
  const reset = t("Reset: {0}", resetText(guardrail.reset_interval));
  return [
    ...(bindsNothing(bindings) ? [idleRow(parent)] : []),
    ...(bindings.defaultOf ? [defaultRow(parent, bindings, bindings.defaultOf)] : []),
    under(parent, {
      id: "limit",
      label: t("Limit"),
      icon: "dashboard",
      figure: limitText(guardrail.limit_usd, guardrail.reset_interval),
      tooltip:
        guardrail.limit_usd == null
          ? t("It doesn't limit spend.")
          : `${t("Applies to each key and each member separately.")}\n${reset}`,
    }),
    zdrRow(parent),
    ...listFields.map((field) =>
      group(parent, field, listName(field), listText(field, guardrail[field]), guardrail[field] ?? []),
    ),
    filterRow(parent),
    ...otherSettings(guardrail).map(({ field, label, figure }) =>
      under(parent, { id: field, label, figure, icon: "settings" }),
    ),
  ];
}

function idleRow(parent: Node): Node {
  const text = vscode.l10n.t("No effect until assigned");
  return under(parent, {
    id: "idle",
    label: text,
    icon: "warning",
    iconColor: "list.warningForeground",
    spoken: text,
    tooltip: vscode.l10n.t("It isn't assigned to any key or member. Assign it from its context menu."),
    context: "idleGuardrail",
  });
}

function defaultRow(parent: Node, bindings: Bindings, { name }: Workspace): Node {
  const text = vscode.l10n.t("Applies to everything in {0} without its own guardrail", safeLabel(name));
  return under(parent, {
    id: "default",
    label: text,
    icon: "info",
    spoken: text,
    tooltip: defaultGuardrailText(bindings),
  });
}

/** A list's row with a row for each entry, as text. */
function group(
  parent: GuardrailNode,
  field: ListField,
  label: string,
  figure: string,
  entries: readonly string[],
): Node {
  const node: Node = under(parent, {
    id: field,
    label,
    figure,
    icon: isModels(field) ? "symbol-misc" : "server",
    context: field,
    children: entries.length ? () => entries.map(entryRow) : undefined,
  });
  return node;

  /** A model or a provider, whose activity can be looked at. */
  function entryRow(value: string, i: number): ListEntryNode {
    const text = safeLabel(value);
    const context = isModels(field) ? "listedModel" : "listedProvider";
    return {
      ...under(node, { id: String(i), label: text, tooltip: text, context }),
      entry: { field, value },
      session: parent.session,
    };
  }
}

function isModels(field: ListField): boolean {
  return field.endsWith("models");
}

function zdrRow(parent: GuardrailNode): Node {
  const { guardrail } = parent;
  const node: Node = under(parent, {
    id: "zdr",
    label: vscode.l10n.t("Zero Data Retention"),
    figure: zdrText(guardrail),
    icon: "eye-closed",
    children: () =>
      (Object.keys(zdrFields) as ZdrField[]).map((field) =>
        under(node, { id: field, label: zdrName(field), figure: onOffText(effectiveZdr(guardrail, field)) }),
      ),
  });
  return node;
}

function filterRow(parent: GuardrailNode): Node {
  const t = vscode.l10n.t;
  const { content_filters, content_filter_builtins } = parent.guardrail;
  const filters = [
    ...(content_filter_builtins ?? []).map(({ slug, action, label, scan_scope }) => ({
      what: slug,
      action,
      rest: [label, scanScopeText(scan_scope)],
    })),
    ...(content_filters ?? []).map(({ pattern, action, label }) => ({ what: pattern, action, rest: [label] })),
  ];
  const node: Node = under(parent, {
    id: "filters",
    label: t("Content Filters"),
    icon: "filter",
    figure: filters.length ? String(filters.length) : t("none"),
    children: filters.length
      ? () =>
          filters.map(({ what, action, rest }, i) =>
            under(node, {
              id: String(i),
              label: safeLabel(what),
              tooltip: safeLabel(what),
              figure: [actionText(action), ...rest.filter((part) => part != null).map(safeLabel)].join(" · "),
            }),
          )
      : undefined,
  });
  return node;
}
