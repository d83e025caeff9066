// Which models of the catalog could serve what other models served. Pure.
import type { Model } from "../../schemas.ts";
import { type Ability, abilities, type ModelUsage, type RequestSize } from "./model.ts";

/** Requests that an account may send to free models per UTC day: https://openrouter.ai/docs/guides/routing/model-variants/free */
export const FREE_REQUESTS = { perDay: 1000, perDayWithoutCredits: 50, perMinute: 20 } as const;

/** What a model offers besides text; undefined if the catalog doesn't say. */
export function abilitiesOf({ supported_parameters, architecture }: Model): Set<Ability> | undefined {
  const inputs = architecture.input_modalities;
  if (!isList(supported_parameters) || !isList(inputs)) return undefined;
  const found = new Set([...supported_parameters, ...inputs]);
  return new Set(abilities.filter((one) => found.has(one)));
}

const isList = (value: unknown): value is unknown[] => Array.isArray(value);

/** What at least one of the models offers, as far as the catalog says. */
export function offeredAbilities(models: readonly Model[]): Set<Ability> {
  return new Set(models.flatMap((model) => [...(abilitiesOf(model) ?? [])]));
}

/** What used models offer and the candidate doesn't; nothing if the catalog doesn't say what it offers. */
export function lackingAbilities(offered: ReadonlySet<Ability>, candidate: Model): Ability[] {
  const own = abilitiesOf(candidate);
  return own ? abilities.filter((one) => offered.has(one) && !own.has(one)) : [];
}

/** True if the model always reasons. */
export function mustReason({ reasoning }: Model): boolean {
  return (
    typeof reasoning === "object" && reasoning !== null && "mandatory" in reasoning && reasoning.mandatory === true
  );
}

/**
 * True for a router, which chooses another model for each request: the catalog's price isn't that model's. The Free Models Router
 * has the price 0.
 */
export function isRouter({ id, architecture: { tokenizer } }: Model): boolean {
  return id === "openrouter/free" || (typeof tokenizer === "string" && tokenizer.toLowerCase() === "router");
}

export const isFreeVariant = ({ id }: Pick<Model, "id">): boolean => id.endsWith(":free");

/** The most tokens that one request had: in its prompt, in its completion, and in both. */
export interface LongestRequest extends RequestSize {
  tokens: number;
  /** True if single requests are unknown: the highest averages. */
  isAverage: boolean;
}

export function longestRequest(usage: readonly ModelUsage[]): LongestRequest {
  const known = usage.flatMap(({ longest }) => longest?.requests ?? []);
  const averages = usage
    .filter(({ requests }) => requests > 0)
    .map((one) => ({
      prompt_tokens: one.prompt_tokens / one.requests,
      completion_tokens: one.completion_tokens / one.requests,
    }));
  const most = (tokens: (size: RequestSize) => number) =>
    Math.ceil(Math.max(0, ...[...known, ...averages].map(tokens)));
  return {
    prompt_tokens: most((one) => one.prompt_tokens),
    completion_tokens: most((one) => one.completion_tokens),
    tokens: most((one) => one.prompt_tokens + one.completion_tokens),
    isAverage: known.length === 0 || usage.some(({ longest }) => !longest),
  };
}

/** The limits of requests to a model or an endpoint; what isn't a number is unknown. */
type RequestLimits = Partial<Record<"context_length" | "max_prompt_tokens" | "max_completion_tokens", unknown>>;

/** True unless a known limit is lower than what the request had. */
export function fits(limits: RequestLimits, longest: LongestRequest): boolean {
  const allows = (limit: unknown, tokens: number) => typeof limit !== "number" || limit >= tokens;
  return (
    allows(limits.context_length, longest.tokens) &&
    allows(limits.max_prompt_tokens, longest.prompt_tokens) &&
    allows(limits.max_completion_tokens, longest.completion_tokens)
  );
}

/** False if an endpoint names its parameters, and not all that are needed. The kinds of input are the model's. */
export function hasParameters(
  { supported_parameters: own }: { supported_parameters?: unknown },
  needs: readonly Ability[],
): boolean {
  const needed = needs.filter((one) => one === "tools" || one === "structured_outputs" || one === "reasoning");
  return !isList(own) || needed.every((one) => own.includes(one));
}

/** True if all have the same kinds of output, such as text or embeddings; text is expected of models that aren't known. */
export function hasSameOutput(used: readonly Model[], candidate: Model): boolean {
  const key = ({ architecture }: Model) => architecture.output_modalities.toSorted().join(" ");
  return used.length > 0 ? used.every((one) => key(one) === key(candidate)) : key(candidate) === "text";
}
