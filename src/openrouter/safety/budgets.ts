// Lists the budgets that a key's spend counts toward, and finds the one that runs out first. Pure; USD and UTC.
import { getLimitUsage, resetPeriods } from "../keys/keyStatus.ts";
import { getLimitLevel, getLimitSpend, type LimitLevel } from "../keys/limitShare.ts";
import { getPeriodEnd } from "../keys/periodEnd.ts";
import type { Key, WorkspaceBudget } from "../schemas.ts";
import { dropFloatNoise, sumKnown } from "../text/figures.ts";
import type { AppliedGuardrail } from "./appliedGuardrails.ts";

/** What sets a budget: the key's own limit, a guardrail (per key, or per member), or the workspace (shared by its keys). */
export type BudgetSource =
  | { kind: "key" }
  | { kind: "guardrail"; from: AppliedGuardrail; per: "key" | "member" }
  | { kind: "workspace"; name: string };

export interface Budget {
  source: BudgetSource;
  limit: number;
  /** daily, weekly, monthly, or null for a budget that never resets. */
  reset: string | null;
  /** Spent since the last reset, at least 0; undefined if it is unknown. */
  spent: number | undefined;
  /** At least 0; undefined if `spent` is, unless the limit leaves nothing anyway. */
  remaining: number | undefined;
  /** The next reset, ISO; undefined for a budget that never resets or an unknown interval. */
  resetsAt: string | undefined;
  /** True if BYOK spend counts toward it; undefined if the API doesn't say. */
  includesByok: boolean | undefined;
  /** True if spend that isn't known counts too, such as that of deleted keys: more may be spent. */
  isLowerBound: boolean;
  /** False if it may not bind the key; see `AppliedGuardrail`. */
  isCertain: boolean;
}

/** A workspace's budgets as they were read. */
export interface SharedBudgets {
  name: string;
  budgets: readonly WorkspaceBudget[];
  /** True if BYOK spend counts toward them; undefined if the API doesn't say. */
  includeByok: boolean | undefined;
}

interface BudgetInputs {
  key: Key;
  applied: readonly AppliedGuardrail[];
  /** The budgets of the key's workspace; undefined if they couldn't be read. */
  workspace?: SharedBudgets;
  /** All keys of the account, whose counters add up to what a member and a workspace spent. */
  keys: readonly Key[];
  /** When the keys were read: counters of a period that has ended since say nothing about the current one. Default `now`. */
  readAt?: Date;
  now: Date;
}

/** Lists the key's limit, the budgets of its guardrails and of its workspace. */
export function listBudgets({ key, applied, workspace, keys, readAt, now }: BudgetInputs): Budget[] {
  const budgets: Budget[] = [];
  const add = ({ spent: counted, ...budget }: Omit<Budget, "remaining" | "resetsAt">) => {
    const hasReset =
      (getPeriodEnd(budget.reset, readAt ?? now)?.getTime() ?? Number.POSITIVE_INFINITY) <= now.getTime();
    const spent = counted === undefined || hasReset ? undefined : Math.max(0, counted);
    budgets.push({
      ...budget,
      spent,
      remaining: budget.limit <= 0 ? 0 : spent === undefined ? undefined : remainingOf(budget.limit, spent),
      resetsAt: getPeriodEnd(budget.reset, now)?.toISOString(),
    });
  };

  if (key.limit !== null) {
    const spent = key.limit_remaining === null ? usageOf(key) : getLimitSpend(key);
    const own = { source: { kind: "key" }, limit: key.limit, reset: key.limit_reset } as const;
    add({ ...own, spent, includesByok: key.include_byok_in_limit, isLowerBound: false, isCertain: true });
  }
  for (const from of applied) {
    const { limit_usd, reset_interval = null, include_byok_in_budgets: byok } = from.guardrail;
    if (limit_usd == null) continue;
    for (const per of perOf(from, key)) {
      const counted = per === "key" ? [key] : keysOfMember(keys, key, from);
      add({
        source: { kind: "guardrail", from, per },
        limit: limit_usd,
        reset: reset_interval,
        spent: spentBy(counted, reset_interval, byok ?? undefined),
        includesByok: byok ?? undefined,
        isLowerBound: per === "member" || mayCountByok(counted, reset_interval, byok ?? undefined),
        isCertain: from.isCertain,
      });
    }
  }
  if (workspace) {
    const members = keys.filter((one) => one.workspace_id === key.workspace_id);
    for (const { limit_usd, reset_interval } of workspace.budgets)
      add({
        source: { kind: "workspace", name: workspace.name },
        limit: limit_usd,
        reset: reset_interval,
        spent: spentBy(members, reset_interval, workspace.includeByok),
        includesByok: workspace.includeByok,
        isLowerBound: true,
        isCertain: true,
      });
  }
  return budgets;
}

/** True if the spend of other keys counts toward the budget, too. */
export function isShared({ source }: Budget): boolean {
  return source.kind === "workspace" || (source.kind === "guardrail" && source.per === "member");
}

/** Rounding away float noise must not leave more than the limit. */
function remainingOf(limit: number, spent: number): number {
  return Math.min(limit, dropFloatNoise(Math.max(0, limit - spent)));
}

/** A workspace's default guardrail limits each key, and the sum of each member's keys there. */
function perOf({ binding }: AppliedGuardrail, { creator_user_id }: Key): readonly ("key" | "member")[] {
  if (binding === "workspaceDefault") return creator_user_id ? ["key", "member"] : ["key"];
  return binding === "creator" ? ["member"] : ["key"];
}

/** The keys whose spend counts toward a member's budget: those of the member, for a workspace's default those in it. */
function keysOfMember(keys: readonly Key[], key: Key, { binding }: AppliedGuardrail): readonly Key[] {
  return keys.filter(
    (one) =>
      one.creator_user_id === key.creator_user_id &&
      (binding !== "workspaceDefault" || one.workspace_id === key.workspace_id),
  );
}

/** Adds up the counters of the keys since the last reset; undefined if one is missing. */
function spentBy(keys: readonly Key[], reset: string | null, includeByok: boolean | undefined): number | undefined {
  return sumKnown(keys.map((one) => usageOf({ ...one, limit_reset: reset, include_byok_in_limit: includeByok })));
}

/** The API has no counter for an interval that this version doesn't know. */
function usageOf(key: Key): number | undefined {
  const isKnown = key.limit_reset === null || resetPeriods.some((period) => period === key.limit_reset);
  return isKnown ? getLimitUsage(key) : undefined;
}

/** True if there is BYOK spend, and the API doesn't say whether it counts. */
function mayCountByok(keys: readonly Key[], reset: string | null, includeByok: boolean | undefined): boolean {
  return includeByok === undefined && spentBy(keys, reset, true) !== spentBy(keys, reset, false);
}

/**
 * Returns the budget with the least left; each dollar that the key spends counts toward all of them. One of which an unknown
 * amount is left is the first if its limit is below what is left of the others. Undefined if all amounts are unknown.
 */
export function firstToRunOut(budgets: readonly Budget[]): Budget | undefined {
  const isUnknown = ({ remaining }: Budget) => remaining === undefined;
  if (budgets.every(isUnknown)) return undefined;
  const order = (a: Budget, b: Budget) =>
    mostLeft(a) - mostLeft(b) ||
    Number(isUnknown(a)) - Number(isUnknown(b)) ||
    Number(b.isCertain) - Number(a.isCertain) ||
    resetTime(b) - resetTime(a);
  return budgets.toSorted(order)[0];
}

/** Returns how close a budget is to its limit; undefined if that is unknown. */
export function getBudgetLevel({ limit, spent, remaining }: Budget): LimitLevel | undefined {
  if (spent !== undefined) return getLimitLevel(spent, limit);
  return remaining === 0 ? "reached" : undefined;
}

const mostLeft = ({ limit, remaining = limit }: Budget) => remaining;

/** Of two empty budgets, the one that resets later blocks longer; one that never resets blocks longest. */
const resetTime = ({ resetsAt }: Budget) => (resetsAt === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(resetsAt));
