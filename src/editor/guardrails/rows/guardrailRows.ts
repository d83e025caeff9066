import * as vscode from "vscode";
import type { Guardrail } from "../../../openrouter/index.ts";
import { changedByAgentText } from "../../ui/changedByAgent.ts";
import { limitText } from "../../ui/limitText.ts";
import { row } from "../../ui/node.ts";
import { bindsNothing } from "../bindings.ts";
import { bindingText, guardrailName } from "../labels.ts";
import { boundKeysRow, boundMembersRow } from "./boundRows.ts";
import { fieldRows } from "./fieldRows.ts";
import type { GuardrailContext, GuardrailNode } from "./nodes.ts";
import { guardrailTooltip } from "./tooltip.ts";

export function guardrailRow(guardrail: Guardrail, context: GuardrailContext): GuardrailNode {
  const t = vscode.l10n.t;
  const bindings = context.bindings(guardrail.id);
  const unassigned = bindsNothing(bindings);
  const label = guardrailName(guardrail);
  const limit = guardrail.limit_usd == null ? undefined : limitText(guardrail.limit_usd, guardrail.reset_interval);
  const binding = bindingText(bindings);
  // For a default guardrail, the binding text already names the workspace.
  const workspace = bindings.defaultOf ? undefined : context.workspace(guardrail.workspace_id);
  const byAgent = context.changedByAgent(guardrail.id);
  const agentMark = byAgent ? t("by agent") : undefined;
  const node: GuardrailNode = {
    ...row({
      id: `guardrail:${guardrail.id}`,
      label,
      // The most important part comes first, since a narrow sidebar cuts off the end.
      description: (unassigned ? [binding, agentMark, limit, workspace] : [limit, binding, agentMark, workspace])
        .filter(Boolean)
        .join(" · "),
      icon: unassigned ? "warning" : "shield",
      iconColor: unassigned ? "list.warningForeground" : undefined,
      ariaLabel: [
        label,
        limit ?? t("no limit"),
        unassigned ? t("no effect until assigned") : binding,
        ...(byAgent ? [changedByAgentText()] : []),
        ...(workspace ? [t("workspace {0}", workspace)] : []),
      ].join(", "),
      context: [
        "guardrail",
        ...(bindings.defaultOf ? ["isDefault"] : []),
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
