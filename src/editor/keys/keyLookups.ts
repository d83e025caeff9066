import * as vscode from "vscode";
import type { Key, Workspace } from "../../openrouter/index.ts";
import type { GuardrailsData, MembersData } from "../data/accountData.ts";
import { guardrailNames } from "../data/guardrailNames.ts";
import { guardrailOfKey } from "../data/guardrailOfKey.ts";
import { memberName } from "../data/names.ts";
import { workspaceNames } from "../data/workspaceNames.ts";
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
  const names = guardrailNames(guardrails);
  const guardrailOf = guardrailOfKey(guardrails);
  const memberOf = new Map(members?.members.map((member) => [member.id, member]));
  const workspaceOf = workspaceNames(workspaces);
  const assignedGuardrail = (key: Key) => {
    const guardrail = guardrailOf(key);
    if (guardrail === undefined || guardrail === "unknown") return undefined;
    if (guardrail === "default") return t("workspace default");
    return names.get(guardrail.id) ?? guardrail.id;
  };
  const isUnknown = (key: Key) => guardrails === undefined || guardrailOf(key) === "unknown";
  return {
    assignedGuardrail,
    guardrail: (key) => assignedGuardrail(key) ?? (isUnknown(key) ? t("unknown") : t("none")),
    member(id) {
      const member = memberOf.get(id);
      return member && memberName(member);
    },
    creatorTexts(id) {
      const member = memberOf.get(id);
      return member ? [memberName(member), safeLabel(member.email)] : [];
    },
    workspace: (id) => workspaceOf.get(id ?? ""),
  };
}
