// Answers "May this key use model M at provider P?" by the guardrails that bind it. Pure.
import { type ZdrField, zdrFields } from "../guardrails/guardrailChanges.ts";
import type { Guardrail } from "../schemas.ts";
import type { AppliedGuardrail, AppliedGuardrails } from "./appliedGuardrails.ts";
import { combineGuardrails } from "./effectiveRules.ts";
import {
  type EndpointFacts,
  type ModelNames,
  type NameCatalog,
  namesModel,
  namesProvider,
  noCatalog,
  normalizeSlug,
} from "./slugs.ts";

export interface UseQuestion {
  model: ModelNames;
  /** A provider's slug, such as `google-vertex`, or an endpoint's tag, such as `google-vertex/us`; undefined for any provider. */
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

export type Verdict = "allowed" | "refused" | "unknown";

export interface UseAnswer {
  verdict: Verdict;
  objections: readonly Objection[];
}

/**
 * Judges one use by the lists, zero data retention and data regions. Without a provider, only the model is judged. Adding a
 * guardrail never turns "refused" into another verdict, nor "unknown" into "allowed".
 */
export function mayUse(
  { applied, unread, isIncomplete }: AppliedGuardrails,
  question: UseQuestion,
  catalog: NameCatalog = noCatalog,
): UseAnswer {
  const objections = [
    ...applied.flatMap((one) => objectionsOf(one, question, catalog)),
    ...regionObjections(applied),
    ...(isIncomplete ? [unreadObjection] : unread.map(() => unreadObjection)),
  ];
  return { verdict: verdictOf(objections), objections };
}

const unreadObjection: Objection = { field: "unread", guardrail: undefined, isCertain: false };

function verdictOf(objections: readonly Objection[]): Verdict {
  if (objections.length === 0) return "allowed";
  return objections.some(({ isCertain }) => isCertain) ? "refused" : "unknown";
}

function objectionsOf(
  applied: AppliedGuardrail,
  { model, provider, isZdr }: UseQuestion,
  catalog: NameCatalog,
): Objection[] {
  const { guardrail, isCertain } = applied;
  const found: Objection[] = [];
  const object = (field: keyof Guardrail, isKnown = true) =>
    found.push({ field, guardrail: applied, isCertain: isCertain && isKnown });
  const { allowedModels, ignoredModels, allowedProviders, ignoredProviders, zdr } = combineGuardrails(
    [applied],
    catalog,
  );
  if (allowedModels && !allowedModels.value.some((entry) => namesModel(entry, model)))
    object("allowed_models", !allowedModels.value.some((entry) => mayNameModel(entry, model)));
  if (ignoredModels.some(({ value }) => namesModel(value, model))) object("ignored_models");
  else if (ignoredModels.some(({ value }) => mayNameModel(value, model))) object("ignored_models", false);
  if (provider === undefined) return found;
  const asked = catalog.providerId(provider);
  const named = (entry: string) => namesProvider(catalog.providerId(entry), asked);
  // An entry such as `google-vertex/us` says something of one endpoint of the provider only.
  const namesPart = (entry: string) => !named(entry) && namesProvider(asked, catalog.providerId(entry));
  if (allowedProviders && !allowedProviders.value.some(named))
    object("allowed_providers", !allowedProviders.value.some(namesPart));
  if (ignoredProviders.some(({ value }) => named(value))) object("ignored_providers");
  else if (ignoredProviders.some(({ value }) => namesPart(value))) object("ignored_providers", false);
  const required = zdr.find(({ value }) => value === zdrFieldOf(model));
  if (required && isZdr !== true)
    object(guardrail[required.value] == null ? "enforce_zdr" : required.value, isZdr === false);
  return found;
}

/** True if an entry may be the canonical slug of a model whose canonical slug is unknown, such as `openai/gpt-5-20250807`. */
function mayNameModel(entry: string, { id, canonical_slug }: ModelNames): boolean {
  const [name, slug] = [normalizeSlug(id), normalizeSlug(entry)];
  // A canonical slug adds a date; `openai/gpt-5-mini` is another model.
  return canonical_slug === undefined && slug.startsWith(name) && /^-\d/.test(slug.slice(name.length));
}

/** Guardrails whose data regions have none in common forbid everything together. */
function regionObjections(applied: readonly AppliedGuardrail[]): Objection[] {
  const isEmpty = (some: readonly AppliedGuardrail[]) => combineGuardrails(some).dataRegions?.value.length === 0;
  if (!isEmpty(applied)) return [];
  const isCertain = isEmpty(applied.filter((one) => one.isCertain));
  return applied
    .filter(({ guardrail }) => guardrail.allowed_data_regions?.length)
    .map((guardrail) => ({ field: "allowed_data_regions", guardrail, isCertain }));
}

/** The field that requires zero data retention of a model: the API groups models by their maker, whoever serves them. */
export function zdrFieldOf({ id }: Pick<ModelNames, "id">): ZdrField {
  const maker = id.trim().toLowerCase().replace(/^~/, "").split("/")[0]!.replace("-", "");
  const match = Object.entries(zdrFields).find(([, name]) => name?.toLowerCase() === maker);
  return (match?.[0] as ZdrField | undefined) ?? "enforce_zdr_other";
}

/** The answer for one endpoint of a model. */
export interface EndpointAnswer extends UseAnswer {
  endpoint: EndpointFacts;
}

export interface ModelAnswer extends UseAnswer {
  /** The answers for each endpoint that was asked about; empty if the model has none there. */
  endpoints: readonly EndpointAnswer[];
}

/**
 * Judges a model at its endpoints: OpenRouter sends a request to one that is allowed, so that the best answer counts.
 * @param question.provider limits the answer to the endpoints of one provider
 * @param question.endpoints all endpoints of the model
 */
export function mayUseModel(
  limits: AppliedGuardrails,
  { model, provider, endpoints }: Omit<UseQuestion, "isZdr"> & { endpoints: readonly EndpointFacts[] },
  catalog: NameCatalog = noCatalog,
): ModelAnswer {
  const asked = provider === undefined ? undefined : catalog.providerId(provider);
  const answers = endpoints
    .filter(({ tag }) => asked === undefined || namesProvider(asked, catalog.providerId(tag)))
    .map((endpoint): EndpointAnswer => {
      const question = { model, provider: endpoint.tag, isZdr: endpoint.isZdr };
      return { endpoint, ...mayUse(limits, question, catalog) };
    });
  const verdicts = (["allowed", "unknown", "refused"] as const).find((one) =>
    answers.some(({ verdict }) => verdict === one),
  );
  // Without an endpoint, the model's own rules still say something.
  if (!verdicts) return { ...mayUse(limits, { model, provider }, catalog), endpoints: [] };
  const objections = answers.filter(({ verdict }) => verdict === verdicts).flatMap((answer) => answer.objections);
  return { verdict: verdicts, objections: uniqueObjections(objections), endpoints: answers };
}

function uniqueObjections(objections: readonly Objection[]): Objection[] {
  const id = ({ field, guardrail, isCertain }: Objection) =>
    [field, guardrail?.guardrail.id, guardrail?.binding, isCertain].join(" ");
  return [...new Map(objections.map((one) => [id(one), one])).values()];
}
