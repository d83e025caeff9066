// Decides which alerts the figures justify, whether or not they were shown before. Pure.
import { dropFloatNoise, utcDay } from "../../text/figures.ts";
import { DAY_MS } from "../../time.ts";
import type { Alert, AlertFacts, AlertThresholds } from "./model.ts";

/** Returns the alerts that these figures justify. */
export function justifiedAlerts(facts: AlertFacts, thresholds: AlertThresholds): Alert[] {
  return [
    ...creditsAlert(facts, thresholds),
    ...creditsEndAlert(facts, thresholds),
    ...budgetAlerts(facts, thresholds),
    ...dayAlert(facts, thresholds),
    ...monthAlert(facts, thresholds),
  ];
}

/** The period of credits ends when credits are bought. */
const untilPurchase = (purchased: number | undefined, threshold: number) => ({
  period: `${purchased ?? ""}/${threshold}`,
  ends: undefined,
});

function creditsAlert({ credits }: AlertFacts, { creditsBelow: below }: AlertThresholds): Alert[] {
  if (below === undefined || !credits || credits.remaining >= below) return [];
  const { remaining, purchased } = credits;
  return [{ kind: "credits", id: "credits", ...untilPurchase(purchased, below), remaining, below }];
}

function creditsEndAlert(
  { credits, creditsEnd: end, now }: AlertFacts,
  { creditsDays: days }: AlertThresholds,
): Alert[] {
  if (days === undefined || !credits || end?.early === undefined) return [];
  const daysLeft = (Date.parse(end.early) - Date.parse(utcDay(now))) / DAY_MS;
  if (daysLeft >= days) return [];
  const early = { ...end, early: end.early };
  return [{ kind: "creditsEnd", id: "creditsEnd", ...untilPurchase(credits.purchased, days), end: early, days }];
}

function budgetAlerts({ budgets }: AlertFacts, { budgetPercent: percent }: AlertThresholds): Alert[] {
  if (percent === undefined) return [];
  return budgets.flatMap((about): Alert[] => {
    const { limit, spent, isCertain, resetsAt } = about.budget;
    // A limit of 0 is meant to refuse everything.
    if (spent === undefined || limit <= 0 || !isCertain) return [];
    const share = dropFloatNoise(spent / limit);
    if (share * 100 < percent) return [];
    const period = `${resetsAt ?? ""}/${limit}/${percent}`;
    return [{ kind: "budget", id: `budget:${about.id}`, period, ends: resetsAt, about, share, percent }];
  });
}

/** Of several days, the last one: its period must not be followed by an earlier one. */
function dayAlert({ days }: AlertFacts, { dayAboveUsual: above }: AlertThresholds): Alert[] {
  if (above === undefined) return [];
  const figures = days.findLast(({ spent, usual }) => dropFloatNoise(spent - usual) > above);
  if (!figures) return [];
  // A day that has passed is also told on the next one.
  const ends = new Date(Date.parse(figures.day) + 2 * DAY_MS).toISOString();
  return [{ kind: "day", id: "day", period: `${figures.day}/${above}`, ends, figures, above }];
}

function monthAlert({ month: figures }: AlertFacts, { monthAbove: above }: AlertThresholds): Alert[] {
  if (above === undefined || !figures) return [];
  const { month, spent, expected } = figures;
  if (Math.max(spent ?? 0, expected?.middle ?? 0) <= above) return [];
  const [year = 0, number = 1] = month.split("-").map(Number);
  const ends = new Date(Date.UTC(year, number, 1)).toISOString();
  return [{ kind: "month", id: "month", period: `${month}/${above}`, ends, figures, above }];
}
