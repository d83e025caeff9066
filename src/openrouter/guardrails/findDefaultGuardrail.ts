import { listAllWorkspaces } from "../account/listAll.ts";
import { OpenRouterError } from "../errors.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { Workspace } from "../schemas.ts";
import { findOwnerOfDefault } from "./defaultGuardrails.ts";

export interface DefaultGuardrailSearch {
  /** The workspace whose default guardrail it is. */
  workspace: Workspace | undefined;
  /** False where the workspaces could not be listed, so that a guardrail may be a default one all the same. */
  workspacesKnown: boolean;
}

/** Finds out whether a guardrail is the default one of a workspace; a failed listing is not an error. `GET /workspaces`. */
export async function findDefaultGuardrail(
  client: Client,
  guardrailId: string,
  options?: RequestOptions,
): Promise<DefaultGuardrailSearch> {
  try {
    const workspaces = await listAllWorkspaces(client, options);
    return { workspace: findOwnerOfDefault(workspaces)(guardrailId), workspacesKnown: workspaces !== undefined };
  } catch (error) {
    if (error instanceof OpenRouterError) return { workspace: undefined, workspacesKnown: false };
    throw error;
  }
}
