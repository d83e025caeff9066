// Answers "May this key use model M at provider P?". Pure.
import { type ZdrField, zdrFields } from "../guardrails/guardrailChanges.ts";
import type { Guardrail } from "../schemas.ts";
import type { AppliedGuardrail, AppliedGuardrails } from "./appliedGuardrails.ts";
import { combineGuardrails, normalizeSlug } from "./effectiveRules.ts";

/** A model of the catalog; guardrails name it by either. */
export interface ModelNames {
  id: string;
  canonical_slug?: string;
}

export interface UseQuestion {
  model: ModelNames;
  /** A provider's slug, such as `google-vertex`. */
  provider?: string;
  /** True if the endpoint has zero data retention; undefined if unknown. */
  isZdr?: boolean;
}

/** A rule that forbids the use, or may forbid it. */
export interface Objection {
  field: keyof Guardrail | "unread";
  /** The guardrail that it comes from; undefined for one that couldn't be read. */
  guardrail: AppliedGuardrail | undefined;
  /** False if the guardrail may not bind the key, or if it is unknown whether the rule forbids this use. */
  isCertain: boolean;
}

export interface UseAnswer {
  verdict: "allowed" | "refused" | "unknown";
  objections: readonly Objection[];
}

/** Adding a guardrail never turns "refused" into "allowed". */
export function mayUse({ applied, unread }: AppliedGuardrails, question: UseQuestion): UseAnswer {
  const objections = [
    ...applied.flatMap((one) => objectionsOf(one, question)),
    ...unread.map((): Objection => ({ field: "unread", guardrail: undefined, isCertain: false })),
  ];
  const isRefused = objections.some(({ isCertain }) => isCertain);
  return { verdict: isRefused ? "refused" : objections.length > 0 ? "unknown" : "allowed", objections };
}

function objectionsOf(applied: AppliedGuardrail, question: UseQuestion): Objection[] {
  const { guardrail, isCertain } = applied;
  const object = (field: keyof Guardrail, isKnown = true): Objection => ({
    field,
    guardrail: applied,
    isCertain: isCertain && isKnown,
  });
  const { allowedModels, ignoredModels, allowedProviders, ignoredProviders, zdr } = combineGuardrails([applied]);
  const { model, provider } = question;
  const found: Objection[] = [];
  if (allowedModels && !allowedModels.value.some((entry) => namesModel(entry, model)))
    found.push(object("allowed_models"));
  if (ignoredModels.some(({ value }) => namesModel(value, model))) found.push(object("ignored_models"));
  if (provider === undefined) return found;
  const named = (entry: string) => namesProvider(entry, provider);
  if (allowedProviders && !allowedProviders.value.some(named)) found.push(object("allowed_providers"));
  if (ignoredProviders.some(({ value }) => named(value))) found.push(object("ignored_providers"));
  const required = zdr.find(({ value }) => value === zdrFieldOf(provider));
  if (required && question.isZdr !== true)
    found.push(object(guardrail[required.value] == null ? "enforce_zdr" : required.value, question.isZdr === false));
  return found;
}

/** True if an entry of a list names the model, by its id or its canonical slug; `:free` and other suffixes count. */
function namesModel(entry: string, { id, canonical_slug }: ModelNames): boolean {
  const name = normalizeSlug(entry);
  return name === normalizeSlug(id) || (canonical_slug !== undefined && name === normalizeSlug(canonical_slug));
}

/** True if an entry names the provider, or the provider of an endpoint's tag such as `google-vertex/us`. */
function namesProvider(entry: string, provider: string): boolean {
  const [name, tag] = [normalizeSlug(entry), normalizeSlug(provider)];
  return name === tag || tag.startsWith(`${name}/`);
}

/** The field that requires zero data retention of a provider. */
export function zdrFieldOf(provider: string): ZdrField {
  const slug = normalizeSlug(provider).split("/")[0]!;
  const match = Object.entries(zdrFields).find(([, name]) => name && slug.startsWith(name.toLowerCase()));
  // Vertex and AI Studio are Google's.
  return (match?.[0] as ZdrField | undefined) ?? "enforce_zdr_other";
}
