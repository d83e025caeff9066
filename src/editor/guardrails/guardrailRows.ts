import * as vscode from "vscode";
import type { Guardrail, Key, Member } from "../../openrouter/index.ts";
import { limitText } from "../ui/limitText.ts";
import { type Node, row } from "../ui/node.ts";
import { boundKeys, boundMembers } from "./boundRows.ts";
import { type Bindings, bindsNothing } from "./facts.ts";
import { fieldRows } from "./fieldRows.ts";
import { guardrailTooltip } from "./tooltip.ts";
import { bindingText, guardrailName } from "./words.ts";

/** A row that stands for a guardrail: commands take their guardrail from it. */
export interface GuardrailNode extends Node {
  readonly guardrail: Guardrail;
}

/** What a row tells beyond the guardrail's own fields, as far as it is known. */
export interface GuardrailContext {
  bindings(id: string): Bindings;
  key(hash: string): Key | undefined;
  member(id: string): Member | undefined;
  /** The workspace's name, where there are several. */
  workspace(id: string | null | undefined): string | undefined;
}

export function guardrailRow(guardrail: Guardrail, context: GuardrailContext): GuardrailNode {
  const t = vscode.l10n.t;
  const bindings = context.bindings(guardrail.id);
  const idle = bindsNothing(bindings);
  const label = guardrailName(guardrail);
  const limit = guardrail.limit_usd == null ? undefined : limitText(guardrail.limit_usd, guardrail.reset_interval);
  const binding = bindingText(bindings);
  // A default guardrail's workspace is told with what it binds.
  const workspace = bindings.defaultOf ? undefined : context.workspace(guardrail.workspace_id);
  const node: GuardrailNode = {
    ...row({
      id: `guardrail:${guardrail.id}`,
      label,
      // What must not be cut off in a narrow sidebar comes first.
      figure: (idle ? [binding, limit, workspace] : [limit, binding, workspace]).filter(Boolean).join(" · "),
      icon: idle ? "warning" : "shield",
      iconColor: idle ? "list.warningForeground" : undefined,
      spoken: [
        label,
        limit ?? t("no limit"),
        idle ? t("enforces nothing until it is assigned") : binding,
        ...(workspace ? [t("workspace {0}", workspace)] : []),
      ].join(", "),
      context: [
        "guardrail",
        ...(bindings.defaultOf ? ["isDefault"] : []),
        ...(bindings.keys.length ? ["hasKeys"] : []),
        ...(bindings.members.length ? ["hasMembers"] : []),
      ].join(" "),
      tooltip: () => guardrailTooltip(guardrail, context),
      children: () => [
        ...(bindings.keys.length ? [boundKeys(node, bindings.keys, context)] : []),
        ...(bindings.members.length ? [boundMembers(node, bindings.members, context)] : []),
        ...fieldRows(node, bindings),
      ],
    }),
    guardrail,
  };
  return node;
}
