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
import { keyName, memberName, workspaceNames } from "../../data/names.ts";
import { withKeysAssigned, withMembersAssigned } from "../../data/updates.ts";
import { spendText, statusSuffix } from "../../keys/keyText.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { keysText, membersText } from "../labels.ts";

/** A key or a member as something that a guardrail can bind. */
export interface Bindable {
  /** A key's hash, or a member's id. */
  id: string;
  name: string;
  /** What tells it from others of that name. */
  about: string;
  detail?: string;
}

/** As much of a guardrail as it takes to speak of it. */
export type NamedGuardrail = Pick<Guardrail, "id" | "name">;

type Send = (client: Client, guardrail: string, ids: string[], options?: RequestOptions) => Promise<AssignedCount>;

/** Keys and members are bound alike: what differs is where they come from, what they are called, and how they are sent. */
export interface BindableKind {
  /** The field of the request. */
  field: string;
  icon: string;
  count(many: number): string;
  /** Everything that could be bound. @throws Error when it could not be read, or this account has none */
  all(session: AccountSession, guardrail: Guardrail | undefined): Promise<Bindable[]>;
  /** The id of the guardrail that binds it, by its own id. */
  bound(data: GuardrailsData): Map<string, string>;
  assign: Send;
  unassign: Send;
  withBound(session: AccountSession, guardrail: string, ids: string[]): (data: GuardrailsData) => GuardrailsData;
}

export const keyKind: BindableKind = {
  field: "key_hashes",
  icon: "key",
  count: keysText,
  async all({ data }, guardrail) {
    await data.keys.ensure();
    if (!data.keys.current) throw new Error(data.keys.failure ?? vscode.l10n.t("The keys could not be read."));
    const { keys, workspaces } = data.keys.current.value;
    const names = workspaceNames(workspaces);
    // Those of the guardrail's own workspace first.
    const near = ({ workspace_id }: Key) => Number(workspace_id === guardrail?.workspace_id);
    const order = nameComparator(vscode.env.language);
    return [...keys]
      .sort((a, b) => near(b) - near(a) || order(keyName(a), keyName(b)))
      .map((key) => ({
        id: key.hash,
        name: keyName(key),
        about: [shortLabel(key.label), names.size > 1 && names.get(key.workspace_id ?? "")].filter(Boolean).join(" · "),
        detail: `${spendText(key)}${statusSuffix(key)}`,
      }));
  },
  bound: (data) => new Map(data.keyAssignments.map((one) => [one.key_hash, one.guardrail_id])),
  assign: assignKeys,
  unassign: unassignKeys,
  withBound({ data }, guardrail, ids) {
    const wanted = new Set(ids);
    const keys = data.keys.current?.value.keys.filter(({ hash }) => wanted.has(hash)) ?? [];
    return withKeysAssigned(guardrail, keys);
  },
};

export const memberKind: BindableKind = {
  field: "member_user_ids",
  icon: "account",
  count: membersText,
  async all({ data }) {
    const t = vscode.l10n.t;
    await data.members.ensure();
    if (!data.members.current) throw new Error(data.members.failure ?? t("The members could not be read."));
    const { organization, members } = data.members.current.value;
    if (!organization) throw new Error(t("This is a personal account without members. Assign its guardrails to keys."));
    const order = nameComparator(vscode.env.language);
    return members
      .map((member) => ({ id: member.id, name: memberName(member), email: safeLabel(member.email) }))
      .map(({ email, ...one }) => ({ ...one, about: email === one.name ? "" : email }))
      .sort((a, b) => order(a.name, b.name));
  },
  bound: (data) => new Map(data.memberAssignments.map((one) => [one.user_id, one.guardrail_id])),
  assign: assignMembers,
  unassign: unassignMembers,
  withBound: (_session, guardrail, ids) => withMembersAssigned(guardrail, ids),
};
