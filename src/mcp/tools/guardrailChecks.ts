// What OpenRouter would refuse of a guardrail, said before anything is sent.
import {
  type Client,
  findDefaultGuardrail,
  type Guardrail,
  type GuardrailUpdate,
  getGuardrail,
  InvalidInputError,
  isHalfLimit,
  NotFoundError,
  type RequestOptions,
  withWholeLimit,
} from "../../openrouter/index.ts";
import { cell } from "../text.ts";

/** @throws InvalidInputError where only one of `limit_usd` and `reset_interval` is set */
export function requireWholeLimit(body: GuardrailUpdate): void {
  if (!isHalfLimit(body)) return;
  const [set, missing] = body.limit_usd == null ? ["reset_interval", "limit_usd"] : ["limit_usd", "reset_interval"];
  throw new InvalidInputError(
    `${set} without ${missing}: OpenRouter takes the two only together. Nothing was sent.`,
    "Give both limit_usd and reset_interval (daily, weekly, monthly), or clear both.",
  );
}

/**
 * The changes with both or neither of `limit_usd` and `reset_interval`; the one that was not given is read.
 * `GET /guardrails/{id}` where only one was given.
 * @throws InvalidInputError where the guardrail would be left with only one of the two
 */
export async function withRestOfLimit<T extends GuardrailUpdate>(
  client: Client,
  id: string,
  changes: T,
  options: RequestOptions,
): Promise<T> {
  const given = [changes.limit_usd, changes.reset_interval].filter((value) => value !== undefined);
  const whole = given.length === 1 ? withWholeLimit(changes, await current(client, id, options)) : changes;
  if (given.length > 0) requireWholeLimit(whole);
  return whole;
}

/** A default guardrail that was never written has no limit. */
async function current(client: Client, id: string, options: RequestOptions): Promise<Partial<Guardrail>> {
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

type Change = (client: Client, id: string, ids: string[], options?: RequestOptions) => Promise<number>;

/** The same change, with a next step where the API's 404 means a default guardrail that was never written. */
export function explainUnwritten(change: Change): Change {
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
