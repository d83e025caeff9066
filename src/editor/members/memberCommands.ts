import * as vscode from "vscode";
import { memberName } from "../data/names.ts";
import { viewIds } from "../platform/ids.ts";
import { filterBox } from "../ui/filterBox.ts";
import type { MemberNode } from "./memberRows.ts";
import type { MemberList } from "./membersView.ts";

/** Filters the Members view while the user types. */
export function filterMembers(view: MemberList): Promise<void> {
  return filterBox({
    view: viewIds.members,
    title: vscode.l10n.t("Filter Members"),
    prompt: vscode.l10n.t(
      "Searches name, email address, role and guardrail. All words must match. Leave empty to show all members.",
    ),
    value: view.filter,
    apply: view.setFilter,
  });
}

const STATUS_MS = 5_000;

/** Copies the email address of a row's member. */
export async function copyMemberEmail(row: unknown): Promise<void> {
  const { member } = (row ?? {}) as Partial<MemberNode>;
  if (!member) return;
  await vscode.env.clipboard.writeText(member.email);
  const text = vscode.l10n.t("$(check) The email address of {0} is on the clipboard.", memberName(member));
  vscode.window.setStatusBarMessage(text, STATUS_MS);
}
