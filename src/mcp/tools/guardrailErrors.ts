// Refusals of guardrail changes, with their next steps.
import {
  type AssignedCount,
  BadRequestError,
  type Client,
  completeLimit,
  findDefaultGuardrail,
  type Guardrail,
  type GuardrailUpdate,
  getGuardrail,
  hasIncompleteLimit,
  InvalidInputError,
  NotFoundError,
  type RequestOptions,
  updateGuardrail,
  type WriteOptions,
} from "../../openrouter/index.ts";
import { cell } from "../text.ts";

const NEXT_STEP = "Give both limit_usd and reset_interval (daily, weekly, monthly), or clear both.";

/** The answer of a create; where it is refused with only one of `limit_usd` and `reset_interval`, that is the next step. */
export async function explainHalfLimit<T>(body: GuardrailUpdate, create: Promise<T>): Promise<T> {
  try {
    return await create;
  } catch (error) {
    if (!hasIncompleteLimit(body) || !(error instanceof BadRequestError)) throw error;
    throw new BadRequestError(error.message, NEXT_STEP, { status: error.status, code: error.code, cause: error });
  }
}

/**
 * Changes a guardrail. Where OpenRouter refuses only one of `limit_usd` and `reset_interval`, the other is read and both
 * are sent. `PATCH /guardrails/{id}`, then `GET` and `PATCH` where it was refused.
 */
export async function updateWithWholeLimit(
  client: Client,
  id: string,
  changes: GuardrailUpdate,
  options: WriteOptions,
): Promise<Guardrail> {
  const given = [changes.limit_usd, changes.reset_interval].filter((value) => value !== undefined);
  try {
    return await updateGuardrail(client, id, changes, options);
  } catch (error) {
    if (given.length !== 1 || !(error instanceof BadRequestError)) throw error;
    const complete = completeLimit(changes, await readCurrent(client, id, options));
    return explainHalfLimit(complete, updateGuardrail(client, id, complete, options));
  }
}

/** A default guardrail that was never written has no limit. */
async function readCurrent(client: Client, id: string, options: RequestOptions): Promise<Partial<Guardrail>> {
  try {
    return await getGuardrail(client, id, options);
  } catch (error) {
    if (error instanceof NotFoundError && (await findDefaultGuardrail(client, id, options)).workspace) return {};
    throw error;
  }
}

/** @throws InvalidInputError for the default guardrail of a workspace, as far as workspaces can be listed */
export async function refuseDefaultGuardrail(client: Client, id: string, options: RequestOptions): Promise<void> {
  const { workspace } = await findDefaultGuardrail(client, id, options);
  if (!workspace) return;
  throw new InvalidInputError(
    `${id} is the default guardrail of the workspace ${cell(workspace.slug)}, which cannot be deleted. Nothing was sent.`,
    "Clear what it limits instead (or_guardrail_update).",
  );
}

type Change = (client: Client, id: string, ids: string[], options?: RequestOptions) => Promise<AssignedCount>;

/** The same change, with a next step where the API's 404 means a default guardrail that was never written. */
export function explainUnconfigured(change: Change): Change {
  return async (client, id, ids, options) => {
    try {
      return await change(client, id, ids, options);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      const { workspace } = await findDefaultGuardrail(client, id, options);
      if (!workspace) throw error;
      throw new NotFoundError(
        error.message,
        `${id} is the default guardrail of the workspace ${cell(workspace.slug)} and not configured yet: write it first (or_guardrail_update).`,
        { status: error.status, code: error.code, cause: error },
      );
    }
  };
}
