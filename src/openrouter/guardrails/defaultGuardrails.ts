import type { Workspace } from "../schemas.ts";

/**
 * Finds the workspace whose default guardrail has an id. Such a guardrail binds every key and member of the workspace
 * without an assignment of its own; until it is first written, `GET /guardrails/{id}` answers 404 and lists leave it out.
 */
export function findOwnerOfDefault<T extends Pick<Workspace, "default_guardrail_id">>(
  workspaces: readonly T[] | undefined,
): (guardrailId: string) => T | undefined {
  const owners = new Map(
    workspaces?.flatMap((one) => (one.default_guardrail_id ? [[one.default_guardrail_id.toLowerCase(), one]] : [])),
  );
  return (id) => owners.get(id.toLowerCase());
}
