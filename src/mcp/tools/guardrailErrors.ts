// Adds next steps to errors of guardrail changes.
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

const NEXT_STEP = "Pass both limit_usd and reset_interval (daily, weekly, monthly), or clear both.";

/** Adds a next step to the 400 for a body with only one of `limit_usd` and `reset_interval`. */
export async function explainIncompleteLimit<T>(body: GuardrailUpdate, write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (!hasIncompleteLimit(body) || !(error instanceof BadRequestError)) throw error;
    throw error.withNextStep(NEXT_STEP);
  }
}

/**
 * Updates a guardrail. If OpenRouter rejects only one of `limit_usd` and `reset_interval`, reads the other and sends both.
 * `PATCH /guardrails/{id}`; after a 400, `GET` and a second `PATCH`.
 */
export async function updateWithCompleteLimit(
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
    return explainIncompleteLimit(complete, updateGuardrail(client, id, complete, options));
  }
}

/** Reads a guardrail. A default guardrail that is not configured yet has no fields. */
async function readCurrent(client: Client, id: string, options: RequestOptions): Promise<Partial<Guardrail>> {
  try {
    return await getGuardrail(client, id, options);
  } catch (error) {
    if (error instanceof NotFoundError && (await findDefaultGuardrail(client, id, options)).workspace) return {};
    throw error;
  }
}

/** @throws InvalidInputError for the default guardrail of a workspace, if workspaces can be listed */
export async function refuseDefaultGuardrail(client: Client, id: string, options: RequestOptions): Promise<void> {
  const { workspace } = await findDefaultGuardrail(client, id, options);
  if (!workspace) return;
  throw new InvalidInputError(
    `${id} is the default guardrail of the workspace ${cell(workspace.slug)}, which can't be deleted. Nothing was sent.`,
    "Clear its limit and lists instead (or_guardrail_update).",
  );
}

type Change = (client: Client, id: string, ids: string[], options?: RequestOptions) => Promise<AssignedCount>;

/** Adds a next step to the API's 404 for a default guardrail that is not configured yet. */
export function explainUnconfigured(change: Change): Change {
  return async (client, id, ids, options) => {
    try {
      return await change(client, id, ids, options);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      const { workspace } = await findDefaultGuardrail(client, id, options);
      if (!workspace) throw error;
      throw error.withNextStep(
        `${id} is the default guardrail of the workspace ${cell(workspace.slug)} and not configured yet. Configure it first (or_guardrail_update).`,
      );
    }
  };
}
