// Answers "May this key use model M at provider P?" by all that limits the key; each surface words the answer. Pure.
import type { Budget } from "./budgets.ts";
import type { KeyLimits } from "./keyLimits.ts";
import { type ModelAnswer, mayUseModel, type Verdict, zdrFieldOf } from "./mayUse.ts";
import { type EndpointFacts, type ModelNames, type NameCatalog, noCatalog } from "./slugs.ts";

export interface KeyUse {
  model: ModelNames;
  /** Undefined for any provider. */
  provider?: string;
  /** All endpoints of the model: none for a router, which chooses other models; undefined if they couldn't be read. */
  endpoints: readonly EndpointFacts[] | undefined;
}

export interface KeyUseAnswer extends ModelAnswer {
  /** True if the key's status or a budget refuses every request now. */
  isBlocked: boolean;
  /** The budgets that are used up; one that may not apply doesn't block for certain. */
  usedUp: readonly Budget[];
  /** True if the provider doesn't serve the model. */
  isUnserved: boolean;
  /** What the endpoints would tell, if they were known: whether one meets the rules, or whether the provider serves the model. */
  missing: "rules" | "service" | undefined;
}

export function answerUse(limits: KeyLimits, use: KeyUse, catalog: NameCatalog = noCatalog): KeyUseAnswer {
  const answer = mayUseModel(limits, { ...use, endpoints: use.endpoints ?? [] }, catalog);
  const isUnserved = use.provider !== undefined && Boolean(use.endpoints?.length) && answer.endpoints.length === 0;
  const usedUp = limits.budgets.filter(({ remaining }) => remaining === 0);
  const isBlocked = limits.status !== "active" || usedUp.some(({ isCertain }) => isCertain);
  const missing = answer.endpoints.length > 0 || isUnserved ? undefined : missingFacts(limits, use);
  const isOpen = missing !== undefined || usedUp.length > 0;
  const verdict: Verdict =
    isBlocked || isUnserved ? "refused" : answer.verdict === "allowed" && isOpen ? "unknown" : answer.verdict;
  return { ...answer, verdict, isBlocked, usedUp, isUnserved, missing };
}

/** Says what can't be told without the model's endpoints. */
function missingFacts({ rules }: KeyLimits, { model, provider, endpoints }: KeyUse): KeyUseAnswer["missing"] {
  // The model that a router chooses may be of any maker.
  const needsZdr = rules.zdr.some(({ value }) => endpoints !== undefined || value === zdrFieldOf(model));
  const hasLists = rules.allowedProviders !== undefined || rules.ignoredProviders.length > 0;
  if (needsZdr || (hasLists && provider === undefined)) return "rules";
  return provider !== undefined && endpoints === undefined ? "service" : undefined;
}
