import { listAllWorkspaces } from "../account/listAll.ts";
import { OpenRouterError } from "../errors.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { Workspace } from "../schemas.ts";
import { findOwnerOfDefault } from "./defaultGuardrails.ts";

export interface DefaultGuardrailSearch {
  /** The workspace whose default guardrail this is. */
  workspace: Workspace | undefined;
  /** False if the workspaces could not be listed: then the guardrail may be a default one even without `workspace`. */
  workspacesKnown: boolean;
}

/** Finds the workspace whose default guardrail has this id. Doesn't throw if workspaces can't be listed. `GET /workspaces`. */
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
