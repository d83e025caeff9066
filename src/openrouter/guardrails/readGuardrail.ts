import { getGuardrail } from "../endpoints/guardrails.ts";
import { NotFoundError } from "../errors.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { Guardrail } from "../schemas.ts";
import { unconfiguredDefault } from "./defaultGuardrails.ts";
import { findDefaultGuardrail } from "./findDefaultGuardrail.ts";

/**
 * Returns one guardrail. For a workspace's default guardrail a 404 means that it was never changed; then returns it as
 * unconfigured. `GET /guardrails/{id}`, after a 404 `GET /workspaces`.
 * @throws NotFoundError if it is neither in the account nor a default guardrail
 */
export async function readGuardrail(client: Client, id: string, options?: RequestOptions): Promise<Guardrail> {
  try {
    return await getGuardrail(client, id, options);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    const { workspace } = await findDefaultGuardrail(client, id, options);
    const unconfigured = workspace && unconfiguredDefault(workspace);
    if (!unconfigured) throw error;
    return unconfigured;
  }
}
