// Combines the guardrails that bind a key, by OpenRouter's rules: allow lists and data regions intersect, ignore lists and
// content filters unite, zero data retention is on where any guardrail has it on. Pure.
import { effectiveZdr, type ZdrField, zdrFields } from "../guardrails/guardrailChanges.ts";
import type { Guardrail } from "../schemas.ts";
import type { AppliedGuardrail } from "./appliedGuardrails.ts";
import { type Catalog, noCatalog, normalizeSlug, providerOfTag } from "./slugs.ts";

/** A value and the guardrails that it comes from. */
export interface Sourced<T> {
  value: T;
  from: readonly AppliedGuardrail[];
}

export interface EffectiveRules {
  /** Undefined if every model is allowed; an empty list allows none. */
  allowedModels: Sourced<readonly string[]> | undefined;
  ignoredModels: readonly Sourced<string>[];
  /** Undefined if every provider is allowed. */
  allowedProviders: Sourced<readonly string[]> | undefined;
  ignoredProviders: readonly Sourced<string>[];
  /** The makers of models for which zero data retention is required. */
  zdr: readonly Sourced<ZdrField>[];
  /** Undefined if every region is allowed. */
  dataRegions: Sourced<readonly string[]> | undefined;
  filters: readonly Sourced<{ name: string; action: string }>[];
  /** Kinds of endpoints that are not allowed because of what they do with prompts. */
  dataPolicies: readonly Sourced<DataPolicyField>[];
}

/** The fields that allow (true) or forbid (false) endpoints by what they do with prompts. */
export const dataPolicyFields = [
  "enable_free_model_publication",
  "enable_free_model_training",
  "enable_paid_model_training",
] as const;
export type DataPolicyField = (typeof dataPolicyFields)[number];

type ListField =
  | "allowed_models"
  | "ignored_models"
  | "allowed_providers"
  | "ignored_providers"
  | "allowed_data_regions";

/** @param catalog resolves the names of lists: one may name a model by its id, another by its canonical slug */
export function combineGuardrails(
  applied: readonly AppliedGuardrail[],
  { modelId, providerId }: Pick<Catalog, "modelId" | "providerId"> = noCatalog,
): EffectiveRules {
  const intersect = (field: ListField, id: Identify, isNested = false) =>
    intersectLists(applied, (guardrail) => guardrail[field], id, isNested);
  const unite = (field: ListField, id: Identify) => uniteLists(applied, (guardrail) => guardrail[field] ?? [], id);
  return {
    allowedModels: intersect("allowed_models", modelId),
    ignoredModels: unite("ignored_models", modelId),
    allowedProviders: intersect("allowed_providers", providerId, true),
    ignoredProviders: unite("ignored_providers", providerId),
    zdr: uniteLists(applied, requiredZdr, (field) => field),
    dataRegions: intersect("allowed_data_regions", normalizeSlug),
    filters: uniteLists(applied, filtersOf, ({ name, action }) => `${action} ${name}`),
    dataPolicies: uniteLists(
      applied,
      (guardrail) => dataPolicyFields.filter((field) => guardrail[field] === false),
      (field) => field,
    ),
  };
}

function requiredZdr(guardrail: Guardrail): ZdrField[] {
  return (Object.keys(zdrFields) as ZdrField[]).filter((field) => effectiveZdr(guardrail, field) === true);
}

function filtersOf({ content_filters, content_filter_builtins }: Guardrail): { name: string; action: string }[] {
  return [
    ...(content_filter_builtins ?? []).map(({ slug, action }) => ({ name: slug, action })),
    ...(content_filters ?? []).map(({ pattern, label, action }) => ({ name: label || pattern, action })),
  ];
}

/** Returns the same text for entries that mean the same. */
type Identify = (entry: string) => string;

/**
 * An empty list counts as no list: the API refuses empty lists, and null clears one.
 * @param isNested true if an entry includes those below it: `google-vertex` and `google-vertex/us` have the latter in common
 */
function intersectLists(
  applied: readonly AppliedGuardrail[],
  read: (guardrail: Guardrail) => readonly string[] | null | undefined,
  id: Identify,
  isNested: boolean,
): Sourced<readonly string[]> | undefined {
  const lists = applied.flatMap((from) => {
    const list = read(from.guardrail);
    return list?.length ? [{ list: list.map((entry) => ({ entry, id: id(entry) })), from }] : [];
  });
  const [first, ...others] = lists;
  if (!first) return undefined;
  let common = first.list;
  for (const { list } of others) {
    const ids = new Set(list.map((one) => one.id));
    const isIncluded = (one: string) => ids.has(one) || (isNested && ids.has(providerOfTag(one)));
    common = common.flatMap((one) => {
      if (isIncluded(one.id)) return [one];
      return isNested ? list.filter((other) => other.id.startsWith(`${one.id}/`)) : [];
    });
  }
  return {
    value: [...new Map(common.map((one) => [one.id, one.entry])).values()],
    from: lists.map(({ from }) => from),
  };
}

function uniteLists<T>(
  applied: readonly AppliedGuardrail[],
  read: (guardrail: Guardrail) => readonly T[],
  id: (value: T) => string,
): Sourced<T>[] {
  const united = new Map<string, { value: T; from: AppliedGuardrail[] }>();
  for (const from of applied)
    for (const value of read(from.guardrail)) {
      const known = united.get(id(value));
      if (!known) united.set(id(value), { value, from: [from] });
      else if (!known.from.includes(from)) known.from.push(from);
    }
  return [...united.values()];
}
