import { type KeyAssignment, type MemberAssignment, shortLabel } from "../../openrouter/index.ts";
import { uniqueNames } from "../../openrouter/text/uniqueNames.ts";
import type { AccountSession } from "../data/accountData.ts";
import { keyName, memberName } from "../data/names.ts";
import { safeLabel } from "../platform/safeLabel.ts";

/** Returns the names of keys that a guardrail is assigned to; keys of the account with the same name get their labels. */
export function assignedKeyNames(
  { data }: Pick<AccountSession, "data">,
  assignments: readonly KeyAssignment[],
): (assignment: KeyAssignment) => string {
  const known = data.keys.current?.value.keys ?? [];
  const hashes = new Set(known.map(({ hash }) => hash));
  const others = assignments
    .filter(({ key_hash }) => !hashes.has(key_hash))
    .map(({ key_hash, key_name, key_label }) => ({ hash: key_hash, name: key_name, label: key_label }));
  const names = uniqueNames(
    [...known, ...others].map((key) => ({ id: key.hash, name: keyName(key), mark: shortLabel(key.label) })),
  );
  return ({ key_hash, key_name }) => safeLabel(names.get(key_hash) ?? key_name);
}

/** Returns the names of members that a guardrail is assigned to; members with the same name get their email addresses. */
export function assignedMemberNames({
  data,
}: Pick<AccountSession, "data">): (assignment: Pick<MemberAssignment, "user_id">) => string {
  const members = data.members.current?.value.members ?? [];
  const names = uniqueNames(members.map((member) => ({ id: member.id, name: memberName(member), mark: member.email })));
  return ({ user_id }) => safeLabel(names.get(user_id) ?? user_id);
}
