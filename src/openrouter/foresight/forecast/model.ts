// What a forecast says. Pure types, which the webviews read too.

/** An amount in USD, or anything else, with its range: 8 of 10 outcomes are expected between `low` and `high`. */
export interface Estimate {
  low: number;
  middle: number;
  high: number;
}

/** A day with its range, YYYY-MM-DD (UTC); undefined: later than the forecast reaches, or never. */
export interface DayEstimate {
  early: string | undefined;
  middle: string | undefined;
  late: string | undefined;
}

/** Spend by day: all completed UTC days from `from` on, without a gap; USD, BYOK included. */
export interface DailySpend {
  /** YYYY-MM-DD. */
  from: string;
  usd: readonly number[];
  /** The day in progress; undefined if it is unknown. `share` is the part of a day's spend that usually falls before this time. */
  today: { usd: number; share: number } | undefined;
}

/** Why there is no forecast. */
export type NoForecast =
  /** Since the first spend, or the first one after five weeks without any. */
  | { reason: "tooFewDays"; days: number; needed: number }
  /** Forecasts of the account's own past held too rarely. */
  | { reason: "unreliable"; within: number; needed: number }
  /** Never, or for five weeks. */
  | { reason: "noSpend" }
  /** Nothing is known of some days. */
  | { reason: "gap" }
  | { reason: "failed"; cause: string };

export interface Backtest {
  /** The share of past days that fell inside the range forecast for them. */
  within: number;
  /** How many days were forecast. */
  days: number;
}

export interface Forecast {
  /** The UTC day in progress, the first one that is forecast. */
  from: string;
  /** The spend of each whole day, today included. */
  days: Estimate[];
  /** What will be spent from now to the end of each day. */
  totals: Estimate[];
  backtest: Backtest;
  /** How many completed days it is based on. */
  basedOn: number;
}

export type ForecastResult = Forecast | NoForecast;

/** The spend of a whole calendar month (UTC). */
export interface MonthEstimate extends Estimate {
  /** The last day of the month. */
  day: string;
  /** True if limits allow no more than even the low end: all three figures are what can be spent at most. */
  isMost?: boolean;
}

/** What is coming for an account, a workspace or a key. */
export interface Outlook {
  /** ISO time of the reading. */
  readAt: string;
  forecast: ForecastResult;
  /** Undefined without a forecast. */
  month: MonthEstimate | undefined;
  /** When the credits end; undefined without a forecast or without credits. BYOK uses no credits. */
  creditsEnd: DayEstimate | undefined;
}
