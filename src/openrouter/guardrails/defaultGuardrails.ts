import type { Guardrail, Workspace } from "../schemas.ts";

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

/** True for the name that the API gives a default guardrail; it contains the workspace's id. */
export function isGeneratedName(name: string): boolean {
  return /^Workspace \S+ Default$/.test(name);
}

/** Stands for a workspace's default guardrail before its first PATCH: it exists and restricts nothing. */
export interface UnconfiguredGuardrail extends Guardrail {
  isUnconfigured: true;
}

export function isUnconfigured(guardrail: Guardrail): guardrail is UnconfiguredGuardrail {
  return guardrail.isUnconfigured === true;
}

/** Returns the default guardrails that the list lacks, since they were never changed. */
export function unconfiguredDefaults(
  guardrails: readonly Pick<Guardrail, "id">[],
  workspaces: readonly Workspace[] | undefined,
): UnconfiguredGuardrail[] {
  const known = new Set(guardrails.map(({ id }) => id.toLowerCase()));
  return (workspaces ?? []).flatMap((workspace) => {
    const guardrail = unconfiguredDefault(workspace);
    return guardrail && !known.has(guardrail.id.toLowerCase()) ? [guardrail] : [];
  });
}

/** Returns a workspace's default guardrail as it is before its first PATCH; undefined if the API names none. */
export function unconfiguredDefault({ id, default_guardrail_id }: Workspace): UnconfiguredGuardrail | undefined {
  if (!default_guardrail_id) return undefined;
  return {
    id: default_guardrail_id,
    name: `Workspace ${id} Default`,
    workspace_id: id,
    created_at: "",
    isUnconfigured: true,
  };
}
