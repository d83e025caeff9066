import * as vscode from "vscode";
import type { Member } from "../../openrouter/index.ts";
import { visualForm } from "../../openrouter/text/fold.ts";
import { nameComparator } from "../../openrouter/text/format.ts";
import type { SessionBound } from "../account/session.ts";
import type { AccountData, AccountSession } from "../data/accountData.ts";
import { guardrailNames } from "../data/guardrailNames.ts";
import { memberName } from "../data/names.ts";
import { displayLocale } from "../platform/locale.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { countText, membersText } from "../ui/countTexts.ts";
import { type Node, row } from "../ui/node.ts";
import { textFilter } from "../ui/textFilter.ts";
import { textTable } from "../ui/textTable.ts";

/** The row of a member. Commands read the member from it. */
export interface MemberNode extends Node, SessionBound<AccountData> {
  readonly member: Member;
}

const ADMIN = "org:admin";

/** Creates the rows of the Members view: grouped by role if there are several, sorted by name. */
export function memberRows(session: AccountSession, filter: string): Node[] {
  const { visible } = selectMembers(session, filter);
  const order = nameComparator(displayLocale());
  const guardrailOf = guardrailByMember(session);
  const byName = Map.groupBy(session.data.members.current?.value.members ?? [], (member) =>
    visualForm(memberName(member)),
  );
  const sorted = visible
    .map((member) => ({ member, name: memberName(member) }))
    .sort((a, b) => order(a.name, b.name) || (a.member.id < b.member.id ? -1 : 1))
    .map(({ member }) => member);
  const rowOf = (member: Member, parent?: Node) =>
    memberRow(session, member, {
      guardrail: guardrailOf(member),
      hasTwin: (byName.get(visualForm(memberName(member)))?.length ?? 0) > 1,
      parent,
    });
  const roles = new Set(session.data.members.current?.value.members.map(({ role }) => role));
  if (roles.size < 2) return sorted.map((member) => rowOf(member));
  const byRole = Map.groupBy(sorted, ({ role }) => role);
  return [...byRole]
    .sort(([a], [b]) => Number(b === ADMIN) - Number(a === ADMIN) || order(a, b))
    .map(([role, members]) => roleRow(role, members, rowOf));
}

/** Says how many members match a filter. */
export function filterMessage(session: AccountSession, filter: string): string {
  const t = vscode.l10n.t;
  const { visible, all } = selectMembers(session, filter);
  const text = safeLabel(filter);
  const { current, error } = session.data.guardrails;
  return [
    visible.length === 0
      ? t("No member matches “{0}”.", text)
      : t("“{0}”: {1} of {2} members", text, countText(visible.length), countText(all)),
    !current && error !== undefined && t("Names of guardrails couldn't be loaded to search them"),
  ]
    .filter(Boolean)
    .join(" · ");
}

function selectMembers(session: AccountSession, filter: string): { visible: readonly Member[]; all: number } {
  const all = session.data.members.current?.value.members ?? [];
  if (!filter) return { visible: all, all: all.length };
  const matches = textFilter(filter);
  const guardrailOf = guardrailByMember(session);
  const isVisible = (member: Member) => {
    const { id, email, role } = member;
    return matches([memberName(member), email, id, roleText(role), guardrailOf(member)]);
  };
  return { visible: all.filter(isVisible), all: all.length };
}

/** Returns a member's guardrail by name: "" if there is none, undefined if the guardrails have not been read, or not all. */
function guardrailByMember({ data }: AccountSession): (member: Member) => string | undefined {
  const value = data.guardrails.current?.value;
  if (!value) return () => undefined;
  const names = guardrailNames(value);
  const byMember = new Map(value.memberAssignments.map((one) => [one.user_id, names.get(one.guardrail_id)]));
  const none = value.unreadable ? undefined : "";
  return ({ id }) => byMember.get(id) ?? none;
}

function roleRow(role: string, members: readonly Member[], rowOf: (member: Member, parent: Node) => Node): Node {
  const label = roleGroupText(role);
  const description = membersText(members.length);
  let children: Node[] | undefined;
  const node: Node = row({
    id: `memberRole:${role}`,
    label,
    description,
    icon: "organization",
    expanded: true,
    context: "memberRole",
    ariaLabel: `${label}, ${description}`,
    children: () => (children ??= members.map((member) => rowOf(member, node))),
  });
  return node;
}

interface MemberRowOptions {
  guardrail: string | undefined;
  /** True if another member has the same name. */
  hasTwin: boolean;
  parent: Node | undefined;
}

function memberRow(
  session: AccountSession,
  member: Member,
  { guardrail, hasTwin, parent }: MemberRowOptions,
): MemberNode {
  const t = vscode.l10n.t;
  const label = memberName(member);
  const email = label === safeLabel(member.email) ? "" : safeLabel(member.email);
  // Under its role's row, a member doesn't repeat the role.
  const role = parent ? undefined : roleText(member.role);
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
      parent,
      // A narrow sidebar cuts off the end: the email address matters most if the name alone names several.
      description: (hasTwin ? [email, role, guardrail] : [guardrail, role, email]).filter(Boolean).join(" · "),
      icon: "account",
      tooltip,
      ariaLabel: ariaLabel.filter(Boolean).join(", "),
      context: "member",
    }),
    member,
    session,
  };
}

function roleText(role: string): string {
  const texts: Record<string, string> = { [ADMIN]: vscode.l10n.t("admin"), "org:member": vscode.l10n.t("member") };
  return texts[role] ?? safeLabel(role);
}

function roleGroupText(role: string): string {
  const texts: Record<string, string> = { [ADMIN]: vscode.l10n.t("Admins"), "org:member": vscode.l10n.t("Members") };
  return texts[role] ?? safeLabel(role);
}
