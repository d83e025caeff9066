import * as vscode from "vscode";
import type { KeyAssignment, MemberAssignment } from "../../../openrouter/index.ts";
import { getKeyStatus } from "../../../openrouter/keys/keyStatus.ts";
import { nameComparator } from "../../../openrouter/text/format.ts";
import { keyName, memberName } from "../../data/names.ts";
import { spendText, statusSuffix } from "../../keys/keyText.ts";
import { displayLocale } from "../../platform/locale.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { type Node, row } from "../../ui/node.ts";
import { keysText, membersText } from "../labels.ts";
import type { BoundNode, GuardrailContext, GuardrailNode } from "./nodes.ts";

export function boundKeysRow(parent: GuardrailNode, keys: readonly KeyAssignment[], context: GuardrailContext): Node {
  const order = nameComparator(displayLocale());
  const nameOf = ({ key_name, key_label }: KeyAssignment) => keyName({ name: key_name, label: key_label });
  const node: Node = row({
    id: `${parent.id}:keys`,
    label: vscode.l10n.t("Keys"),
    description: String(keys.length),
    icon: "key",
    parent,
    ariaLabel: keysText(keys.length),
    context: "boundKeys",
    needsLookups: true,
    children: () => [...keys].sort((a, b) => order(nameOf(a), nameOf(b))).map((one) => keyRow(one)),
  });

  function keyRow(assignment: KeyAssignment): BoundNode {
    const id = assignment.key_hash;
    const key = context.key(id);
    const label = key ? keyName(key) : nameOf(assignment);
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
  const nameOf = (id: string) => {
    const member = context.member(id);
    return member ? memberName(member) : safeLabel(id);
  };
  const node: Node = row({
    id: `${parent.id}:members`,
    label: vscode.l10n.t("Members"),
    icon: "organization",
    parent,
    description: String(members.length),
    ariaLabel: membersText(members.length),
    context: "boundMembers",
    needsLookups: true,
    children: () => [...members].sort((a, b) => order(nameOf(a.user_id), nameOf(b.user_id))).map(memberRow),
  });

  function memberRow({ user_id: id }: MemberAssignment): BoundNode {
    const label = nameOf(id);
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
