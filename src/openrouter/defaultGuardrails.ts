import type { Client, RequestOptions } from "./client.ts";
import { OpenRouterError } from "./errors.ts";
import { listAllWorkspaces } from "./paging.ts";
import type { Workspace } from "./schemas.ts";

/**
 * Finds the workspace whose default guardrail has an id. Such a guardrail binds every key and member of the workspace
 * without an assignment of its own; until it is first written, `GET /guardrails/{id}` answers 404 and lists leave it out.
 */
export function defaultGuardrailOwner<T extends Pick<Workspace, "default_guardrail_id">>(
  workspaces: readonly T[] | undefined,
): (guardrailId: string) => T | undefined {
  const owners = new Map(
    workspaces?.flatMap((one) => (one.default_guardrail_id ? [[one.default_guardrail_id.toLowerCase(), one]] : [])),
  );
  return (id) => owners.get(id.toLowerCase());
}

export interface DefaultGuardrailSearch {
  /** The workspace whose default guardrail it is. */
  workspace: Workspace | undefined;
  /** False where the workspaces could not be listed, so that a guardrail may be a default one all the same. */
  listed: boolean;
}

/** Finds out whether a guardrail is the default one of a workspace; a failed listing is not an error. `GET /workspaces`. */
export async function findDefaultGuardrail(
  client: Client,
  guardrailId: string,
  options?: RequestOptions,
): Promise<DefaultGuardrailSearch> {
  try {
    const workspaces = await listAllWorkspaces(client, options);
    return { workspace: defaultGuardrailOwner(workspaces)(guardrailId), listed: workspaces !== undefined };
  } catch (error) {
    if (error instanceof OpenRouterError) return { workspace: undefined, listed: false };
    throw error;
  }
}
