import type { Workspace } from "../schemas.ts";

/**
 * Returns a lookup from guardrail id to the workspace whose default guardrail it is. A default guardrail applies to every key
 * and member without an assignment; until its first PATCH, `GET /guardrails/{id}` returns 404 and lists omit it.
 */
export function findOwnerOfDefault<T extends Pick<Workspace, "default_guardrail_id">>(
  workspaces: readonly T[] | undefined,
): (guardrailId: string) => T | undefined {
  const owners = new Map(
    workspaces?.flatMap((one) => (one.default_guardrail_id ? [[one.default_guardrail_id.toLowerCase(), one]] : [])),
  );
  return (id) => owners.get(id.toLowerCase());
}
