// Which models of the catalog could serve what other models served. Pure.
import type { Model } from "../../schemas.ts";
import { type Ability, abilities, type ModelUsage, type WhatIf } from "./model.ts";

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

/** Returns the tokens of the request with the longest prompt; the highest average if single requests are unknown. */
export function contextOf(usage: readonly ModelUsage[]): WhatIf["context"] {
  const sizes = usage.flatMap(({ longest }) => longest?.requests ?? []);
  const averages = usage
    .filter(({ requests }) => requests > 0)
    .map((one) => (one.prompt_tokens + one.completion_tokens) / one.requests);
  const largest = sizes.map((one) => one.prompt_tokens + one.completion_tokens);
  return {
    tokens: Math.ceil(Math.max(0, ...averages, ...largest)),
    isAverage: sizes.length === 0 || usage.some(({ longest }) => !longest),
  };
}

/** True if all have the same kinds of output, such as text or embeddings; text is expected of models that aren't known. */
export function hasSameOutput(used: readonly Model[], candidate: Model): boolean {
  const key = ({ architecture }: Model) => architecture.output_modalities.toSorted().join(" ");
  return used.length > 0 ? used.every((one) => key(one) === key(candidate)) : key(candidate) === "text";
}
