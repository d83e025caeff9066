import * as vscode from "vscode";
import { isUnconfigured } from "../../../openrouter/guardrails/defaultGuardrails.ts";
import { effectiveZdr, type ZdrField, zdrFields } from "../../../openrouter/guardrails/guardrailChanges.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { limitText, resetText } from "../../ui/limitText.ts";
import { type Node, type RowOptions, row } from "../../ui/node.ts";
import { isUnread } from "../allGuardrails.ts";
import { type Bindings, bindsNothing } from "../bindings.ts";
import {
  actionText,
  defaultGuardrailText,
  listName,
  listText,
  onOffText,
  otherSettings,
  scanScopeText,
  unconfiguredText,
  unreadText,
  zdrName,
  zdrText,
} from "../labels.ts";
import { type ListField, listFields } from "../listFields.ts";
import type { GuardrailNode, ListEntryNode } from "./nodes.ts";

/** A child row; its id is prefixed with the parent's. */
function childRow(parent: Node, options: RowOptions): Node {
  return row({ ...options, id: `${parent.id}:${options.id}`, parent });
}

/** The rows of a guardrail's fields, preceded by a note if it isn't assigned or is a default guardrail. */
export function fieldRows(parent: GuardrailNode, bindings: Bindings): Node[] {
  const { guardrail } = parent;
  const t = vscode.l10n.t;
  if (isUnread(guardrail)) return [noteRow(parent, "unread", unreadText())];
  const reset = t("Reset: {0}", resetText(guardrail.reset_interval));
  return [
    ...(bindsNothing(bindings) ? [unassignedRow(parent)] : []),
    ...(bindings.defaultOf ? [defaultRow(parent, bindings, bindings.defaultOf)] : []),
    ...(isUnconfigured(guardrail) ? [noteRow(parent, "unconfigured", unconfiguredText())] : []),
    childRow(parent, {
      id: "limit",
      label: t("Limit"),
      icon: "dashboard",
      description: limitText(guardrail.limit_usd, guardrail.reset_interval),
      tooltip:
        guardrail.limit_usd == null
          ? t("It doesn't limit spend.")
          : `${t("Applies to each key and each member separately.")}\n${reset}`,
    }),
    zdrRow(parent),
    ...listFields.map((field) =>
      listRow(parent, field, listName(field), listText(field, guardrail[field]), guardrail[field] ?? []),
    ),
    filterRow(parent),
    ...otherSettings(guardrail).map(({ field, label, description }) =>
      childRow(parent, { id: field, label, description, icon: "settings" }),
    ),
  ];
}

function unassignedRow(parent: Node): Node {
  const text = vscode.l10n.t("No effect until assigned");
  return childRow(parent, {
    id: "idle",
    label: text,
    icon: "info",
    ariaLabel: text,
    tooltip: vscode.l10n.t("It isn't assigned to any key or member. Assign it from its context menu."),
    context: "idleGuardrail",
  });
}

function defaultRow(parent: Node, bindings: Bindings, { name }: { name: string }): Node {
  const text = vscode.l10n.t("Applies to everything in {0} without its own guardrail", name);
  return childRow(parent, {
    id: "default",
    label: text,
    icon: "info",
    ariaLabel: text,
    tooltip: defaultGuardrailText(bindings),
  });
}

function noteRow(parent: Node, id: string, text: string): Node {
  return childRow(parent, { id, label: text, icon: "info", ariaLabel: text, tooltip: text });
}

/** A row for a list, with a child row for each entry. */
function listRow(
  parent: GuardrailNode,
  field: ListField,
  label: string,
  description: string,
  entries: readonly string[],
): Node {
  const node: Node = childRow(parent, {
    id: field,
    label,
    description,
    icon: isModels(field) ? "symbol-misc" : "server",
    context: field,
    children: entries.length ? () => entries.map(entryRow) : undefined,
  });
  return node;

  /** A row for a model or provider; its context menu opens the activity. */
  function entryRow(value: string, i: number): ListEntryNode {
    const text = safeLabel(value);
    const context = isModels(field) ? "listedModel" : "listedProvider";
    return {
      ...childRow(node, { id: String(i), label: text, tooltip: text, context }),
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
  const node: Node = childRow(parent, {
    id: "zdr",
    label: vscode.l10n.t("Zero Data Retention"),
    description: zdrText(guardrail),
    icon: "eye-closed",
    children: () =>
      (Object.keys(zdrFields) as ZdrField[]).map((field) =>
        childRow(node, { id: field, label: zdrName(field), description: onOffText(effectiveZdr(guardrail, field)) }),
      ),
  });
  return node;
}

function filterRow(parent: GuardrailNode): Node {
  const t = vscode.l10n.t;
  const { content_filters, content_filter_builtins } = parent.guardrail;
  const filters = [
    ...(content_filter_builtins ?? []).map(({ slug, action, label, scan_scope }) => ({
      name: slug,
      action,
      rest: [label, scanScopeText(scan_scope)],
    })),
    ...(content_filters ?? []).map(({ pattern, action, label }) => ({ name: pattern, action, rest: [label] })),
  ];
  const node: Node = childRow(parent, {
    id: "filters",
    label: t("Content Filters"),
    icon: "filter",
    description: filters.length ? String(filters.length) : t("none"),
    children: filters.length
      ? () =>
          filters.map(({ name, action, rest }, i) =>
            childRow(node, {
              id: String(i),
              label: safeLabel(name),
              tooltip: safeLabel(name),
              description: [actionText(action), ...rest.filter((part) => part != null).map(safeLabel)].join(" · "),
            }),
          )
      : undefined,
  });
  return node;
}
