import * as vscode from "vscode";
import type { Key, Member } from "../../openrouter/index.ts";
import { visualForm } from "../../openrouter/text/fold.ts";
import { quotable } from "../platform/quotable.ts";
import { quoted } from "../platform/quoted.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import type { AccountSession } from "./accountData.ts";
import { guardrailName, type NamedGuardrail } from "./guardrailNames.ts";
import { memberName } from "./names.ts";
import { workspaceNames } from "./workspaceNames.ts";

// How questions name the thing they are about. Several keys may have the same name, so the name alone names none.

/** Labels have about 20 characters; a longer label or mail address is cut. */
const MAX_DETAIL = 80;

/** A session, or anything else with an account's data; undefined if the account is not in use. */
type WithData = Pick<AccountSession, "data"> | undefined;
type DescribedKey = Pick<Key, "name" | "label"> & { workspace_id?: string | null };
type DescribedGuardrail = NamedGuardrail & { workspace_id?: string | null };

/**
 * Names a key by name, label and workspace: `“prod” (sk-or-v1-0e6...1c96, workspace “Research”)`. The name is quoted, so
 * that it can't continue as our text. Leaves out an empty label, and a workspace whose name is unknown.
 */
export function describeKey(session: WithData, { name, label, workspace_id }: DescribedKey): string {
  const t = vscode.l10n.t;
  const shownLabel = quotable(label, MAX_DETAIL);
  const workspace = workspaceName(session, workspace_id);
  const hasName = visualForm(safeLabel(name)) !== "";
  const title = quoted(hasName ? name : shownLabel);
  const details = [hasName && shownLabel, workspace !== undefined && t("workspace {0}", quoted(workspace))].filter(
    Boolean,
  );
  return details.length > 0 ? t("{0} ({1})", title, details.join(", ")) : title;
}

/** Names a guardrail by name and workspace: `“Prod” (workspace “Research”)`. */
export function describeGuardrail(session: WithData, guardrail: DescribedGuardrail): string {
  const t = vscode.l10n.t;
  const workspace = workspaceName(session, guardrail.workspace_id);
  const title = quoted(guardrailName(guardrail, session));
  return workspace === undefined ? title : t("{0} ({1})", title, t("workspace {0}", quoted(workspace)));
}

/** Names a member by name and email address: `“Ana Ruiz” (ana@example.com)`. */
export function describeMember(member: Member): string {
  const [name, email] = [memberName(member), quotable(member.email, MAX_DETAIL)];
  return name === email || !email ? quoted(name) : vscode.l10n.t("{0} ({1})", quoted(name), email);
}

/** Returns a workspace's name, as far as the loaded lists contain it. */
export function workspaceName(session: WithData, id: string | null | undefined): string | undefined {
  const { keys, guardrails } = session?.data ?? {};
  const lists = [keys?.current?.value.workspaces, guardrails?.current?.value.workspaces];
  return lists.map((workspaces) => workspaceNames(workspaces).get(id ?? "")).find((name) => name !== undefined);
}
