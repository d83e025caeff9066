// Reads everything that says which guardrails bind which keys and members.
import { listMembersPage } from "../endpoints/account.ts";
import { collectCounted } from "../endpoints/collect.ts";
import { joinUnreadable, type Rows } from "../endpoints/envelopes.ts";
import { listKeyAssignmentsPage, listMemberAssignmentsPage } from "../endpoints/guardrails.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { Guardrail, KeyAssignment, Member, MemberAssignment } from "../schemas.ts";
import { type ListCoverage, listAllGuardrails } from "./listAll.ts";

/** An account's guardrails and assignments. `unreadable` counts both; `workspaces` are those of the guardrails. */
export interface GuardrailLists extends Readonly<ListCoverage> {
  guardrails: readonly Guardrail[];
  keyAssignments: readonly KeyAssignment[];
  memberAssignments: readonly MemberAssignment[];
}

/** Reads every guardrail of every workspace and all assignments, in parallel. `GET /guardrails`, `GET /guardrails/assignments/…`. */
export async function listGuardrailsAndAssignments(client: Client, options?: RequestOptions): Promise<GuardrailLists> {
  const [{ guardrails, workspaces, unreadable, unreadableWorkspaces }, keys, members] = await Promise.all([
    listAllGuardrails(client, { ...options, frugal: true }),
    collectCounted(
      (query) => listKeyAssignmentsPage(client, query, options),
      (one) => `${one.guardrail_id} ${one.key_hash}`,
    ),
    collectCounted(
      (query) => listMemberAssignmentsPage(client, query, options),
      (one) => `${one.guardrail_id} ${one.user_id}`,
    ),
  ]);
  return {
    guardrails,
    workspaces,
    keyAssignments: keys.data,
    memberAssignments: members.data,
    unreadable: joinUnreadable([{ data: guardrails, unreadable }, keys, members]),
    unreadableWorkspaces,
  };
}

/** Reads every member of the organization. `GET /organization/members`. @throws NotFoundError for a personal account */
export function listAllMembers(client: Client, options?: RequestOptions): Promise<Rows<Member>> {
  return collectCounted(
    (query) => listMembersPage(client, query, options),
    (member) => member.id,
  );
}
