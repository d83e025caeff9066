// Lists the budgets that a key's spend counts toward, and finds the one that runs out first. Pure; USD and UTC.
import { getLimitUsage } from "../keys/keyStatus.ts";
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
  /** Spent since the last reset; undefined if a counter is missing. */
  spent: number | undefined;
  /** At least 0; undefined if `spent` is. */
  remaining: number | undefined;
  /** The next reset, ISO; undefined for a budget that never resets or an unknown interval. */
  resetsAt: string | undefined;
  /** True if the spend of deleted keys, which isn't known, counts too: more may be spent. */
  isLowerBound: boolean;
  /** False if it may not bind the key; see `AppliedGuardrail`. */
  isCertain: boolean;
}

interface BudgetInputs {
  key: Key;
  applied: readonly AppliedGuardrail[];
  /** The budgets of the key's workspace; undefined if they couldn't be read. */
  workspace?: { name: string; budgets: readonly WorkspaceBudget[]; includeByok: boolean | undefined };
  /** All keys of the account, whose counters add up to what a member and a workspace spent. */
  keys: readonly Key[];
  now: Date;
}

/** Lists the key's limit, the budgets of its guardrails and of its workspace. */
export function listBudgets({ key, applied, workspace, keys, now }: BudgetInputs): Budget[] {
  const budgets: Budget[] = [];
  const add = (budget: Omit<Budget, "remaining" | "resetsAt">) =>
    budgets.push({
      ...budget,
      remaining: budget.spent === undefined ? undefined : dropFloatNoise(Math.max(0, budget.limit - budget.spent)),
      resetsAt: getPeriodEnd(budget.reset, now)?.toISOString(),
    });

  if (key.limit !== null) {
    // The API's own figure decides, since a limit may have been changed or reset since the counters began.
    const spent = key.limit_remaining === null ? getLimitUsage(key) : dropFloatNoise(key.limit - key.limit_remaining);
    add({
      source: { kind: "key" },
      limit: key.limit,
      reset: key.limit_reset,
      spent,
      isLowerBound: false,
      isCertain: true,
    });
  }
  for (const from of applied) {
    const { limit_usd, reset_interval = null, include_byok_in_budgets } = from.guardrail;
    if (limit_usd == null) continue;
    const per = from.binding === "creator" ? "member" : "key";
    const counted = per === "key" ? [key] : keys.filter((one) => one.creator_user_id === key.creator_user_id);
    const spent = spentBy(counted, reset_interval, include_byok_in_budgets ?? undefined);
    add({
      source: { kind: "guardrail", from, per },
      limit: limit_usd,
      reset: reset_interval,
      spent,
      isLowerBound: per === "member",
      isCertain: from.isCertain,
    });
  }
  if (workspace) {
    const members = keys.filter((one) => one.workspace_id === key.workspace_id);
    for (const { limit_usd, reset_interval } of workspace.budgets)
      add({
        source: { kind: "workspace", name: workspace.name },
        limit: limit_usd,
        reset: reset_interval,
        spent: spentBy(members, reset_interval, workspace.includeByok),
        isLowerBound: true,
        isCertain: true,
      });
  }
  return budgets;
}

/** Adds up the counters of the keys since the last reset; undefined if one is missing. */
function spentBy(keys: readonly Key[], reset: string | null, includeByok: boolean | undefined): number | undefined {
  return sumKnown(keys.map((one) => getLimitUsage({ ...one, limit_reset: reset, include_byok_in_limit: includeByok })));
}

/** The budget with the least left, of those whose spend is known; each dollar that the key spends counts toward all of them. */
export function firstToRunOut(budgets: readonly Budget[]): Budget | undefined {
  const known = budgets.filter(({ remaining }) => remaining !== undefined);
  const order = (a: Budget, b: Budget) =>
    a.remaining! - b.remaining! || Number(b.isCertain) - Number(a.isCertain) || resetTime(b) - resetTime(a);
  return known.toSorted(order)[0];
}

/** Of two empty budgets, the one that resets later blocks longer; one that never resets blocks longest. */
const resetTime = ({ resetsAt }: Budget) => (resetsAt === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(resetsAt));
