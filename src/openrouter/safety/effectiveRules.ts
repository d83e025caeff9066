// Combines the guardrails that bind a key, by OpenRouter's rules: allow lists and data regions intersect, ignore lists and
// content filters unite, zero data retention is on where any guardrail has it on. Pure.
import { effectiveZdr, type ZdrField, zdrFields } from "../guardrails/guardrailChanges.ts";
import type { Guardrail } from "../schemas.ts";
import type { AppliedGuardrail } from "./appliedGuardrails.ts";
import { type NameCatalog, noCatalog, normalizeSlug, providerOfTag } from "./slugs.ts";

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
  { modelIds, providerId }: NameCatalog = noCatalog,
): EffectiveRules {
  const providerIds = (entry: string) => [providerId(entry)];
  const intersect = (field: ListField, ids: Identify, isNested = false) =>
    intersectLists(applied, (guardrail) => guardrail[field], ids, isNested);
  const unite = (field: ListField, ids: Identify) =>
    uniteLists(
      applied,
      (guardrail) => guardrail[field] ?? [],
      (entry) => ids(entry).join(" "),
    );
  return {
    allowedModels: intersect("allowed_models", modelIds),
    ignoredModels: unite("ignored_models", modelIds),
    allowedProviders: intersect("allowed_providers", providerIds, true),
    ignoredProviders: unite("ignored_providers", providerIds),
    zdr: uniteLists(applied, requiredZdr, (field) => field),
    dataRegions: intersect("allowed_data_regions", (region) => [normalizeSlug(region)]),
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

/** Returns what an entry names: the same texts for entries that mean the same. */
type Identify = (entry: string) => readonly string[];

/**
 * An empty list counts as no list: the API refuses empty lists, and null clears one.
 * @param isNested true if an entry includes those below it: `google-vertex` and `google-vertex/us` have the latter in common
 */
function intersectLists(
  applied: readonly AppliedGuardrail[],
  read: (guardrail: Guardrail) => readonly string[] | null | undefined,
  idsOf: Identify,
  isNested: boolean,
): Sourced<readonly string[]> | undefined {
  const lists = applied.flatMap((from) => {
    const list = read(from.guardrail);
    return list?.length ? [{ list: list.flatMap((entry) => idsOf(entry).map((id) => ({ entry, id }))), from }] : [];
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
  const entryById = new Map(common.map((one) => [one.id, one.entry]));
  // An entry that names more than the lists have in common would say too much.
  const shown = [...entryById].map(([id, entry]) => (idsOf(entry).every((one) => entryById.has(one)) ? entry : id));
  return { value: [...new Set(shown)], from: lists.map(({ from }) => from) };
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
