import * as vscode from "vscode";
import type { KeyAssignment, MemberAssignment } from "../../../openrouter/index.ts";
import { getKeyStatus } from "../../../openrouter/keys/keyStatus.ts";
import { nameComparator } from "../../../openrouter/text/format.ts";
import { spendText, statusSuffix } from "../../keys/keyText.ts";
import { displayLocale } from "../../platform/locale.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { keysText, membersText } from "../../ui/countTexts.ts";
import { type Node, row } from "../../ui/node.ts";
import { assignedKeyNames, assignedMemberNames } from "../boundNames.ts";
import type { BoundNode, GuardrailContext, GuardrailNode } from "./nodes.ts";

export function boundKeysRow(parent: GuardrailNode, keys: readonly KeyAssignment[], context: GuardrailContext): Node {
  const order = nameComparator(displayLocale());
  const node: Node = row({
    id: `${parent.id}:keys`,
    label: vscode.l10n.t("Keys"),
    description: String(keys.length),
    icon: "key",
    parent,
    ariaLabel: keysText(keys.length),
    context: "boundKeys",
    needsLookups: true,
    children() {
      const nameOf = assignedKeyNames(context.session, keys);
      return keys
        .map((assignment) => ({ assignment, name: nameOf(assignment) }))
        .sort((a, b) => order(a.name, b.name))
        .map(({ assignment, name }) => keyRow(assignment, name));
    },
  });

  function keyRow({ key_hash: id }: KeyAssignment, label: string): BoundNode {
    const key = context.key(id);
    const active = !key || getKeyStatus(key) === "active";
    return {
      ...row({
        id: `${node.id}:${id}`,
        label,
        parent: node,
        context: "boundKey",
        description: key ? `${spendText(key)}${statusSuffix(key)}` : undefined,
        icon: active ? "key" : "circle-slash",
        tooltip: vscode.l10n.t("{0}, hash {1}", label, id),
      }),
      guardrail: parent.guardrail,
      session: parent.session,
      bound: { kind: "key", id },
    };
  }
  return node;
}

export function boundMembersRow(
  parent: GuardrailNode,
  members: readonly MemberAssignment[],
  context: GuardrailContext,
): Node {
  const order = nameComparator(displayLocale());
  const node: Node = row({
    id: `${parent.id}:members`,
    label: vscode.l10n.t("Members"),
    icon: "organization",
    parent,
    description: String(members.length),
    ariaLabel: membersText(members.length),
    context: "boundMembers",
    needsLookups: true,
    children() {
      const nameOf = assignedMemberNames(context.session);
      return members
        .map(({ user_id }) => ({ id: user_id, name: nameOf({ user_id }) }))
        .sort((a, b) => order(a.name, b.name))
        .map(({ id, name }) => memberRow(id, name));
    },
  });

  function memberRow(id: string, label: string): BoundNode {
    const email = safeLabel(context.member(id)?.email ?? "");
    return {
      ...row({
        id: `${node.id}:${id}`,
        label,
        parent: node,
        icon: "account",
        context: "boundMember",
        description: email === label ? "" : email,
        tooltip: vscode.l10n.t("{0}, user ID {1}", label, id),
      }),
      guardrail: parent.guardrail,
      session: parent.session,
      bound: { kind: "member", id },
    };
  }
  return node;
}
