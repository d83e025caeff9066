import * as vscode from "vscode";
import {
  type AssignedCount,
  assignKeys,
  assignMembers,
  type Client,
  type Guardrail,
  type Key,
  type RequestOptions,
  shortLabel,
  unassignKeys,
  unassignMembers,
} from "../../../openrouter/index.ts";
import { nameComparator } from "../../../openrouter/text/format.ts";
import type { AccountSession, GuardrailsData } from "../../data/accountData.ts";
import { withKeysAssigned, withMembersAssigned } from "../../data/guardrailUpdates.ts";
import { keyName, memberName } from "../../data/names.ts";
import { workspaceNames } from "../../data/workspaceNames.ts";
import { spendText, statusSuffix } from "../../keys/keyText.ts";
import { displayLocale } from "../../platform/locale.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { keysText, membersText } from "../../ui/countTexts.ts";
import { guardrailIdByKeyHash, guardrailIdByMemberId } from "../bindings.ts";

/** A key or a member that a guardrail can be assigned to. */
export interface Bindable {
  /** A key's hash, or a member's id. */
  id: string;
  name: string;
  /** Distinguishes it from others with the same name. */
  description: string;
  detail?: string;
}

type SendAssignment = (
  client: Client,
  guardrail: string,
  ids: string[],
  options?: RequestOptions,
) => Promise<AssignedCount>;

/** The differences between assigning keys and assigning members: source, labels and endpoints. */
export interface BindableKind {
  /** The request field that holds the ids. */
  field: string;
  icon: string;
  countText(count: number): string;
  /** Lists all keys or members. @throws Error if they can't be read, or if a personal account has no members */
  list(session: AccountSession, guardrail: Guardrail | undefined): Promise<Bindable[]>;
  /** The id of the assigned guardrail, by the id of the key or member. */
  guardrailIds(data: GuardrailsData): Map<string, string>;
  assign: SendAssignment;
  unassign: SendAssignment;
  withAssigned(session: AccountSession, guardrail: string, ids: string[]): (data: GuardrailsData) => GuardrailsData;
}

export const keyKind: BindableKind = {
  field: "key_hashes",
  icon: "key",
  countText: keysText,
  async list({ data }, guardrail) {
    await data.keys.ensure();
    if (!data.keys.current) throw new Error(data.keys.failure ?? vscode.l10n.t("Couldn't load the keys."));
    const { keys, workspaces } = data.keys.current.value;
    const names = workspaceNames(workspaces);
    // Keys in the guardrail's own workspace come first.
    const inWorkspace = ({ workspace_id }: Key) => Number(workspace_id === guardrail?.workspace_id);
    const order = nameComparator(displayLocale());
    return [...keys]
      .sort((a, b) => inWorkspace(b) - inWorkspace(a) || order(keyName(a), keyName(b)))
      .map((key) => ({
        id: key.hash,
        name: keyName(key),
        description: [shortLabel(key.label), names.size > 1 && names.get(key.workspace_id ?? "")]
          .filter(Boolean)
          .join(" · "),
        detail: `${spendText(key)}${statusSuffix(key)}`,
      }));
  },
  guardrailIds: guardrailIdByKeyHash,
  assign: assignKeys,
  unassign: unassignKeys,
  withAssigned({ data }, guardrail, ids) {
    const wanted = new Set(ids);
    const keys = data.keys.current?.value.keys.filter(({ hash }) => wanted.has(hash)) ?? [];
    return withKeysAssigned(guardrail, keys);
  },
};

export const memberKind: BindableKind = {
  field: "member_user_ids",
  icon: "account",
  countText: membersText,
  async list({ data }) {
    const t = vscode.l10n.t;
    await data.members.ensure();
    if (!data.members.current) throw new Error(data.members.failure ?? t("Couldn't load the members."));
    const { organization, members } = data.members.current.value;
    if (!organization) throw new Error(t("This is a personal account without members. Assign its guardrails to keys."));
    const order = nameComparator(displayLocale());
    return members
      .map((member) => ({ id: member.id, name: memberName(member), email: safeLabel(member.email) }))
      .map(({ email, ...one }) => ({ ...one, description: email === one.name ? "" : email }))
      .sort((a, b) => order(a.name, b.name));
  },
  guardrailIds: guardrailIdByMemberId,
  assign: assignMembers,
  unassign: unassignMembers,
  withAssigned: (_session, guardrail, ids) => withMembersAssigned(guardrail, ids),
};
