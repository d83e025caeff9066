import * as vscode from "vscode";
import type { Member } from "../../openrouter/index.ts";
import { nameComparator } from "../../openrouter/text/format.ts";
import type { AccountData } from "../data/accountData.ts";
import { memberName } from "../data/names.ts";
import { displayLocale } from "../platform/locale.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { type Node, row } from "../ui/node.ts";
import { textTable } from "../ui/textTable.ts";

/** The row of a member. Commands read the member from it. */
export interface MemberNode extends Node {
  readonly member: Member;
}

/** Creates the rows of the Members view, sorted by name. */
export function memberRows({ members, guardrails }: Pick<AccountData, "members" | "guardrails">): MemberNode[] {
  const guardrailNames = new Map(guardrails.current?.value.guardrails.map(({ id, name }) => [id, safeLabel(name)]));
  const guardrailByMember = new Map(
    guardrails.current?.value.memberAssignments.map((one) => [one.user_id, guardrailNames.get(one.guardrail_id)]),
  );
  const order = nameComparator(displayLocale());
  return [...(members.current?.value.members ?? [])]
    .sort((a, b) => order(memberName(a), memberName(b)))
    .map((member) => memberRow(member, guardrails.current ? (guardrailByMember.get(member.id) ?? "") : undefined));
}

/** @param guardrail the guardrail's name; empty if there is none, undefined if the guardrails have not been read */
function memberRow(member: Member, guardrail: string | undefined): MemberNode {
  const t = vscode.l10n.t;
  const label = memberName(member);
  const description = [label === member.email ? "" : safeLabel(member.email), roleText(member.role), guardrail]
    .filter(Boolean)
    .join(" · ");
  const tooltip = () =>
    textTable(label, [
      [t("Email"), member.email],
      [t("Role"), roleText(member.role)],
      [t("Guardrail"), guardrail === undefined ? t("unknown") : guardrail || t("none")],
      [t("User ID"), member.id],
    ]);
  const ariaLabel = [
    label,
    member.email,
    roleText(member.role),
    guardrail ? t("guardrail {0}", guardrail) : guardrail === "" ? t("no guardrail") : "",
  ];
  return {
    ...row({
      id: `member:${member.id}`,
      label,
      description,
      icon: "account",
      tooltip,
      ariaLabel: ariaLabel.filter(Boolean).join(", "),
      context: "member",
    }),
    member,
  };
}

function roleText(role: string): string {
  const texts: Record<string, string> = { "org:admin": vscode.l10n.t("admin"), "org:member": vscode.l10n.t("member") };
  return texts[role] ?? role;
}
