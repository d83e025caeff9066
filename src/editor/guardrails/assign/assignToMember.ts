import * as vscode from "vscode";
import type { Member } from "../../../openrouter/index.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { describeMember } from "../../data/describeKey.ts";
import { memberName } from "../../data/names.ts";
import type { MemberNode } from "../../members/memberRows.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { pickOne } from "../../ui/pick.ts";
import { BACK } from "../../ui/wizard.ts";
import type { GuardrailServices } from "../services.ts";
import { memberKind } from "./bindableKinds.ts";
import { changeGuardrailOf } from "./changeGuardrail.ts";

/** Replaces or removes a member's guardrail. */
export async function assignGuardrailToMember({ sessions }: GuardrailServices, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const title = t("Assign Guardrail to Member");
  const session = await sessions.for(target);
  const member = (target as Partial<MemberNode> | undefined)?.member ?? (await pickMember(session, title));
  await changeGuardrailOf(session, {
    kind: memberKind,
    target: { id: member.id, name: memberName(member), description: safeLabel(member.email) },
    described: describeMember(member),
    title,
    accept: t("Change Member's Guardrail"),
    selectText: t("Select a guardrail. The member has none"),
    replacesText: (guardrail) => t("It replaces {0}, which will no longer apply to the member.", guardrail),
    noneText: t("The member will have no guardrail of their own."),
  });
}

async function pickMember(session: AccountSession, title: string): Promise<Member> {
  const bindables = await memberKind.list(session, undefined);
  const { members = [] } = session.data.members.current?.value ?? {};
  const byId = new Map(members.map((member) => [member.id, member]));
  const items = bindables.flatMap(({ id, name, description }) => {
    const value = byId.get(id);
    return value ? [{ label: name, description, value, iconPath: new vscode.ThemeIcon("account") }] : [];
  });
  const placeholder = vscode.l10n.t("Select a member");
  const picked = await pickOne({ title, account: session }, { items, placeholder });
  if (picked === BACK) throw new vscode.CancellationError();
  return picked;
}
