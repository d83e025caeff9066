// Combines the guardrails that bind a key, by OpenRouter's rules: allow lists and data regions intersect, ignore lists and
// content filters unite, zero data retention is on where any guardrail has it on. Pure.
import { effectiveZdr, type ZdrField, zdrFields } from "../guardrails/guardrailChanges.ts";
import type { Guardrail } from "../schemas.ts";
import type { AppliedGuardrail } from "./appliedGuardrails.ts";

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
  /** The providers for which zero data retention is required. */
  zdr: readonly Sourced<ZdrField>[];
  /** Undefined if every region is allowed. */
  dataRegions: Sourced<readonly string[]> | undefined;
  filters: readonly Sourced<{ name: string; action: string }>[];
}

type ListField =
  | "allowed_models"
  | "ignored_models"
  | "allowed_providers"
  | "ignored_providers"
  | "allowed_data_regions";

export function combineGuardrails(applied: readonly AppliedGuardrail[]): EffectiveRules {
  const intersect = (field: ListField) => intersectLists(applied, (guardrail) => guardrail[field]);
  const unite = (field: ListField) =>
    uniteLists(
      applied,
      (guardrail) => guardrail[field] ?? [],
      (entry) => entry,
    );
  return {
    allowedModels: intersect("allowed_models"),
    ignoredModels: unite("ignored_models"),
    allowedProviders: intersect("allowed_providers"),
    ignoredProviders: unite("ignored_providers"),
    zdr: uniteLists(applied, requiredZdr, (field) => field),
    dataRegions: intersect("allowed_data_regions"),
    filters: uniteLists(applied, filtersOf, ({ name, action }) => `${action} ${name}`),
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

/** An empty list counts as no list: the API refuses empty lists, and null clears one. */
function intersectLists(
  applied: readonly AppliedGuardrail[],
  read: (guardrail: Guardrail) => readonly string[] | null | undefined,
): Sourced<readonly string[]> | undefined {
  const lists = applied.flatMap((from) => {
    const list = read(from.guardrail);
    return list?.length ? [{ list, from }] : [];
  });
  const [first, ...others] = lists;
  if (!first) return undefined;
  const sets = others.map(({ list }) => new Set(list.map(normalizeSlug)));
  return {
    value: [...new Set(first.list)].filter((entry) => sets.every((set) => set.has(normalizeSlug(entry)))),
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
      const known = united.get(normalizeSlug(id(value)));
      if (!known) united.set(normalizeSlug(id(value)), { value, from: [from] });
      else if (!known.from.includes(from)) known.from.push(from);
    }
  return [...united.values()];
}

/** Model and provider slugs don't depend on letter case. */
export const normalizeSlug = (slug: string) => slug.trim().toLowerCase();
