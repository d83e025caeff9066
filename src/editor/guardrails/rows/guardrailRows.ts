import * as vscode from "vscode";
import { isGeneratedName, isUnconfigured } from "../../../openrouter/guardrails/defaultGuardrails.ts";
import type { Guardrail } from "../../../openrouter/index.ts";
import { guardrailName } from "../../data/guardrailNames.ts";
import { memberName } from "../../data/names.ts";
import { shortLimitText } from "../../keys/keyText.ts";
import { changedByAgentText } from "../../ui/changedByAgent.ts";
import { type Node, row } from "../../ui/node.ts";
import { isUnread } from "../allGuardrails.ts";
import { type Bindings, bindsNothing } from "../bindings.ts";
import { assignmentText, guardrailIcon, notListedText, workspaceDefaultText } from "../labels.ts";
import { listFields } from "../listFields.ts";
import { boundKeysRow, boundMembersRow } from "./boundRows.ts";
import { fieldRows } from "./fieldRows.ts";
import type { GuardrailContext, GuardrailNode } from "./nodes.ts";
import { guardrailTooltip } from "./tooltip.ts";

/** @param parent the workspace's row, if the guardrails are grouped */
export function guardrailRow(guardrail: Guardrail, context: GuardrailContext, parent?: Node): GuardrailNode {
  const t = vscode.l10n.t;
  const bindings = context.bindings(guardrail.id);
  const { defaultOf } = bindings;
  const name = guardrailName(guardrail, context.session);
  // Under its workspace's row, it doesn't repeat the name.
  const label = parent && defaultOf && isGeneratedName(guardrail.name) ? t("Default") : name;
  const byAgent = context.changedByAgent(guardrail.id);
  const texts = stateTexts(guardrail, bindings);
  const node: GuardrailNode = {
    ...row({
      id: `guardrail:${guardrail.id}`,
      label,
      parent,
      // The most important part comes first, since a narrow sidebar cuts off the end.
      description: [...texts, byAgent && t("by agent")].filter(Boolean).join(" · "),
      icon: guardrailIcon(bindings),
      ariaLabel: [
        name,
        ...(guardrail.limit_usd == null && !isUnread(guardrail) && !texts.includes(noLimitText())
          ? [noLimitText()]
          : []),
        ...texts,
        ...(bindsNothing(bindings) ? [t("no effect until assigned")] : []),
        ...(byAgent ? [changedByAgentText()] : []),
        ...(defaultOf ? [t("default guardrail of {0}", defaultOf.name)] : []),
      ].join(", "),
      context: [
        "guardrail",
        ...(defaultOf ? ["isDefault"] : []),
        ...(isUnconfigured(guardrail) ? ["isUnconfigured"] : []),
        ...(bindings.keys.length ? ["hasKeys"] : []),
        ...(bindings.members.length ? ["hasMembers"] : []),
      ].join(" "),
      // The tooltip names the members.
      needsLookups: bindings.members.length > 0,
      tooltip: () => guardrailTooltip(guardrail, context),
      children: () => [
        ...(bindings.keys.length ? [boundKeysRow(node, bindings.keys, context)] : []),
        ...(bindings.members.length ? [boundMembersRow(node, bindings.members, context)] : []),
        ...fieldRows(node, bindings),
      ],
    }),
    guardrail,
    session: context.session,
  };
  return node;
}

const noLimitText = () => vscode.l10n.t("no limit");

/** Returns what the row says next to the name: the state, the limit and what it is assigned to. */
export function stateTexts(guardrail: Guardrail, bindings: Bindings): string[] {
  const limit =
    guardrail.limit_usd == null ? "" : shortLimitText(guardrail.limit_usd, guardrail.reset_interval ?? null);
  const assigned = assignmentText(bindings);
  if (isUnconfigured(guardrail)) return [notListedText(guardrail)];
  if (bindsNothing(bindings)) return [vscode.l10n.t("unassigned"), limit].filter(Boolean);
  const mark = bindings.defaultOf && !isGeneratedName(guardrail.name) ? workspaceDefaultText() : "";
  const rest = [limit || (bindings.defaultOf ? noLimitText() : ""), assigned];
  return [mark, ...rest].filter(Boolean);
}

/** Returns the texts that the filter finds a guardrail by: all that its row and the rows below it show. */
export function searchTexts(guardrail: Guardrail, context: GuardrailContext): (string | undefined)[] {
  const bindings = context.bindings(guardrail.id);
  const { id, name, description, workspace_id, content_filters, content_filter_builtins } = guardrail;
  return [
    guardrailName(guardrail, context.session),
    ...[name, id, description ?? undefined, context.workspace(bindings.defaultOf?.id ?? workspace_id)],
    ...stateTexts(guardrail, bindings),
    bindings.defaultOf && workspaceDefaultText(),
    ...listFields.flatMap((field) => guardrail[field] ?? []),
    ...(content_filter_builtins ?? []).map(({ slug }) => slug),
    ...(content_filters ?? []).map(({ pattern }) => pattern),
    ...bindings.keys.flatMap(({ key_hash, key_name, key_label }) => [
      context.key(key_hash)?.name ?? key_name,
      key_label,
    ]),
    ...bindings.members.flatMap(({ user_id }) => {
      const member = context.member(user_id);
      return member ? [memberName(member), member.email] : [user_id];
    }),
  ];
}
