// What alerts are about. Pure types; USD and UTC.
import type { Budget } from "../../safety/budgets.ts";
import type { Key } from "../../schemas.ts";
import type { DayEstimate, Estimate } from "../forecast/model.ts";

/** What the user wants to be told; undefined turns an alert off. */
export interface AlertThresholds {
  /** Remaining credits, USD. */
  creditsBelow: number | undefined;
  /** Days until the credits may end. */
  creditsDays: number | undefined;
  /** Percent of a limit or budget. */
  budgetPercent: number | undefined;
  /** USD by which a day's spend exceeds the usual spend of its weekday. */
  dayAboveUsual: number | undefined;
  /** USD per calendar month, spent or expected. */
  monthAbove: number | undefined;
}

/** A limit or budget of the account, and one of the keys whose spend counts toward it. */
export interface AccountBudget {
  /** Identifies what sets it and for whom, but not its amount. */
  id: string;
  budget: Budget;
  key: Key;
}

/** The spend of a day, and what is usual for its weekday. */
export interface DayFigures {
  /** YYYY-MM-DD. */
  day: string;
  spent: number;
  /** The median of the same weekday. */
  usual: number;
  /** How many such days it is based on. */
  basedOn: number;
}

/** The spend of a calendar month. At least one of `spent` and `expected` is known. */
export interface MonthFigures {
  /** YYYY-MM. */
  month: string;
  /** So far. */
  spent: number | undefined;
  /** Of the whole month, by the forecast. */
  expected: Estimate | undefined;
}

/** What is known of an account right now. A figure that is unknown, stale or failed is undefined, so that it alerts nobody. */
export interface AlertFacts {
  credits: { remaining: number; purchased: number } | undefined;
  /** By the forecast. */
  creditsEnd: DayEstimate | undefined;
  budgets: readonly AccountBudget[];
  /** In time order. */
  days: readonly DayFigures[];
  month: MonthFigures | undefined;
  now: Date;
}

interface AlertIdentity {
  /** The same in each period, such as "credits" or "budget:key:HASH". */
  id: string;
  /** An alert is shown once in each period. A new threshold or amount begins another one. */
  period: string;
  /** When the period ends, ISO; undefined if no date ends it. */
  ends: string | undefined;
}

export type Alert = AlertIdentity &
  (
    | { kind: "credits"; remaining: number; below: number }
    | { kind: "creditsEnd"; end: DayEstimate & { early: string }; days: number }
    | { kind: "budget"; about: AccountBudget; share: number; percent: number }
    | { kind: "day"; figures: DayFigures; above: number }
    | { kind: "month"; figures: MonthFigures; above: number }
  );
