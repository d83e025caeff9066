import * as vscode from "vscode";
import type { Key, Workspace } from "../../openrouter/index.ts";
import type { GuardrailsData, MembersData } from "../data/accountData.ts";
import { guardrailOfKey, memberName, workspaceNames } from "../data/names.ts";
import { safeLabel } from "../platform/safeLabel.ts";

/** Looks up what the view shows of a key besides its own fields. Unknown values are undefined. */
export interface KeyLookups {
  /** The guardrail's name, or the text for "none", "workspace default" or "unknown". */
  guardrail(key: Key): string;
  /** The text for a guardrail that applies to the key. */
  assignedGuardrail(key: Key): string | undefined;
  member(id: string): string | undefined;
  /** A member's name and email address. */
  creatorTexts(id: string): string[];
  workspace(id: string | null | undefined): string | undefined;
}

/** Creates lookups in the data that has been read so far. */
export function keyLookups(
  workspaces: readonly Workspace[] | undefined,
  guardrails: GuardrailsData | undefined,
  members: MembersData | undefined,
): KeyLookups {
  const t = vscode.l10n.t;
  const guardrailOf = guardrailOfKey(guardrails);
  const memberOf = new Map(members?.members.map((member) => [member.id, member]));
  const names = workspaceNames(workspaces);
  const assignedGuardrail = (key: Key) => {
    const guardrail = guardrailOf(key);
    return guardrail === "default" ? t("workspace default") : guardrail?.name;
  };
  return {
    assignedGuardrail,
    guardrail: (key) => assignedGuardrail(key) ?? (guardrails === undefined ? t("unknown") : t("none")),
    member(id) {
      const member = memberOf.get(id);
      return member && memberName(member);
    },
    creatorTexts(id) {
      const member = memberOf.get(id);
      return member ? [memberName(member), safeLabel(member.email)] : [];
    },
    workspace: (id) => names.get(id ?? ""),
  };
}
