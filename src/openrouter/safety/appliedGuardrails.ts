// Determines which guardrails bind a key. Pure.
import { findOwnerOfDefault } from "../guardrails/defaultGuardrails.ts";
import type { Guardrail, Key, KeyAssignment, MemberAssignment, Workspace } from "../schemas.ts";

/** How a guardrail comes to bind a key. */
export type Binding = "key" | "creator" | "workspaceDefault";

/** A guardrail that binds a key. */
export interface AppliedGuardrail {
  guardrail: Guardrail;
  binding: Binding;
  /**
   * False for a workspace's default guardrail if the key or its creator has one of their own: OpenRouter's documentation says
   * that the default binds all traffic of the workspace, its Terraform provider that it binds only what has no assignment.
   */
  isCertain: boolean;
}

/** What was read of an account's guardrails. */
export interface GuardrailSources {
  guardrails: readonly Guardrail[];
  keyAssignments: readonly Pick<KeyAssignment, "guardrail_id" | "key_hash">[];
  memberAssignments: readonly Pick<MemberAssignment, "guardrail_id" | "user_id">[];
  workspaces: readonly Workspace[] | undefined;
}

/** Guardrails that bind a key, and assignments to guardrails that could not be read. */
export interface AppliedGuardrails {
  applied: readonly AppliedGuardrail[];
  /** Ids of guardrails that bind the key but are not in the list: what they allow is unknown. */
  unread: readonly { id: string; binding: Binding }[];
  /** True if guardrails or assignments couldn't be read: others may bind the key, too. */
  isIncomplete?: boolean;
}

/** Returns a lookup of the guardrails that bind a key: its own, its creator's and its workspace's default, in this order. */
export function guardrailsByKey(
  sources: GuardrailSources,
): (key: Pick<Key, "hash" | "creator_user_id" | "workspace_id">) => AppliedGuardrails {
  const byId = new Map(sources.guardrails.map((one) => [one.id.toLowerCase(), one]));
  const ofKey = groupIds(sources.keyAssignments, (one) => one.key_hash);
  const ofMember = groupIds(sources.memberAssignments, (one) => one.user_id);
  const owner = findOwnerOfDefault(sources.workspaces);
  // A default guardrail is missing from the list until its first PATCH; until then, it binds nothing.
  const defaults = new Map(
    sources.guardrails.flatMap((one) => {
      const workspace = owner(one.id)?.id;
      return workspace === undefined ? [] : [[workspace, one] as const];
    }),
  );

  return ({ hash, creator_user_id, workspace_id }) => {
    const assigned = [
      ...(ofKey.get(hash) ?? []).map((id) => ({ id, binding: "key" as const })),
      ...(ofMember.get(creator_user_id ?? "") ?? []).map((id) => ({ id, binding: "creator" as const })),
    ];
    const own = assigned.flatMap(({ id, binding }) => {
      const guardrail = byId.get(id.toLowerCase());
      return guardrail ? [{ guardrail, binding, isCertain: true }] : [];
    });
    const fallback = defaults.get(workspace_id ?? "");
    const isListed = own.some(({ guardrail }) => guardrail.id === fallback?.id);
    return {
      applied: [
        ...own,
        ...(fallback && !isListed
          ? [{ guardrail: fallback, binding: "workspaceDefault" as const, isCertain: assigned.length === 0 }]
          : []),
      ],
      unread: assigned.filter(({ id }) => !byId.has(id.toLowerCase())),
    };
  };
}

function groupIds<T extends { guardrail_id: string }>(items: readonly T[], by: (item: T) => string) {
  const groups = Map.groupBy(items, by);
  return new Map([...groups].map(([group, members]) => [group, [...new Set(members.map((one) => one.guardrail_id))]]));
}
