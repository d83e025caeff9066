// The rule that OpenRouter applies to a workspace's budgets: lifetime > monthly > weekly > daily. Pure.
import type { WorkspaceBudget } from "../schemas.ts";

/** From the shortest to the longest. A lifetime budget never resets. */
export const budgetIntervals = ["daily", "weekly", "monthly", "lifetime"] as const;
export type BudgetInterval = (typeof budgetIntervals)[number];

/** Returns a budget's interval as paths name it; an interval that this version doesn't know is returned as it is. */
export function intervalOfBudget({ reset_interval }: Pick<WorkspaceBudget, "reset_interval">): string {
  return reset_interval ?? "lifetime";
}

/** Returns the budget of an interval, if it is set. */
export function findBudget(budgets: readonly WorkspaceBudget[], interval: BudgetInterval): WorkspaceBudget | undefined {
  return budgets.find((budget) => intervalOfBudget(budget) === interval);
}

/** A limit in USD that another budget sets. */
export interface BudgetBound {
  interval: BudgetInterval;
  limit_usd: number;
}

export interface BudgetBounds {
  /** The highest budget of a shorter interval: the new limit must be higher. */
  above?: BudgetBound;
  /** The lowest budget of a longer interval: the new limit must be lower. */
  below?: BudgetBound;
}

/** Returns the limits between which a budget of this interval must lie. */
export function budgetBounds(budgets: readonly WorkspaceBudget[], interval: BudgetInterval): BudgetBounds {
  const index = budgetIntervals.indexOf(interval);
  const boundsOf = (intervals: readonly BudgetInterval[]): BudgetBound[] =>
    intervals.flatMap((one) => {
      const budget = findBudget(budgets, one);
      return budget ? [{ interval: one, limit_usd: budget.limit_usd }] : [];
    });
  const byLimit = (a: BudgetBound, b: BudgetBound) => a.limit_usd - b.limit_usd;
  return {
    above: boundsOf(budgetIntervals.slice(0, index)).sort(byLimit).at(-1),
    below: boundsOf(budgetIntervals.slice(index + 1)).sort(byLimit)[0],
  };
}

/** Returns the bound that a limit violates; undefined if the order holds. */
export function violatedBound(
  limit_usd: number,
  { above, below }: BudgetBounds,
): { kind: "above" | "below"; bound: BudgetBound } | undefined {
  if (above && limit_usd <= above.limit_usd) return { kind: "above", bound: above };
  if (below && limit_usd >= below.limit_usd) return { kind: "below", bound: below };
  return undefined;
}
