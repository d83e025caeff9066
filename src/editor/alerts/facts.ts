// What alerts know of an account: figures that were just read, without an error. Anything else is unknown.
import { getRemainingCredits } from "../../openrouter/account/credits.ts";
import { clientTime } from "../../openrouter/clientTime.ts";
import { listAccountBudgets } from "../../openrouter/foresight/alerts/accountBudgets.ts";
import { type CompletedSpend, compareWithUsual } from "../../openrouter/foresight/alerts/completedDays.ts";
import type { AlertFacts, AlertThresholds } from "../../openrouter/foresight/alerts/model.ts";
import { creditsEnd } from "../../openrouter/foresight/forecast/readOutlook.ts";
import { utcDay } from "../../openrouter/text/figures.ts";
import { HOUR_MS } from "../../openrouter/time.ts";
import type { AccountData, AccountSession } from "../data/accountData.ts";
import { isOfToday } from "../data/currentDay.ts";
import { currentOutlook } from "../data/currentOutlook.ts";
import type { Resource, Snapshot } from "../data/resource.ts";

type AlertSession = Pick<AccountSession, "client" | "data">;

/** How old figures of spend may be. */
const FIGURE_MS = 5 * 60_000;
/** How old limits, their assignments and the forecast may be: they are read once an hour. */
const LIMIT_MS = 1.25 * HOUR_MS;
const FORECAST_MS = LIMIT_MS;

/**
 * Returns what the alerts that are on depend on, in the order in which it is to be read. A forecast leaves out what disabled
 * keys spent, if the keys are known; with limits, keys come last.
 */
export function alertParts({ credits, outlook, guardrails, budgets, keys }: AccountData, on: AlertThresholds) {
  const needsOutlook = [on.creditsDays, on.monthAbove].some(isSet);
  const needsCredits = needsOutlook || [on.creditsBelow, on.dayAboveUsual].some(isSet);
  const workspaces = new Set(keys.current?.value.keys.map((key) => key.workspace_id ?? ""));
  const ofLimits = [guardrails, ...[...workspaces].filter(Boolean).map(budgets), keys];
  return [
    ...(needsCredits ? [credits] : []),
    ...(needsOutlook ? [keys, outlook] : []),
    ...(isSet(on.budgetPercent) ? ofLimits : []),
  ];
}

/** Reads what the alerts that are on depend on and what is older, without retrying what has just failed. */
export async function readAlertParts(data: AccountData, on: AlertThresholds, maxAgeMs: number): Promise<void> {
  for (const part of alertParts(data, on)) await part.ensureQuietly(maxAgeMs);
  // The budgets of workspaces are known with the keys.
  for (const part of alertParts(data, on)) await part.ensureQuietly(maxAgeMs);
}

const isSet = (threshold: number | undefined) => threshold !== undefined;

/**
 * Returns what is known right now.
 * @param completed the completed days; undefined if they are unknown
 */
export function alertFacts(session: AlertSession, completed?: CompletedSpend): AlertFacts {
  const { data, client } = session;
  const now = client.now();
  const credits = recent(data.credits, FIGURE_MS);
  const periods = credits && isOfToday(session, credits) ? credits.value.periods : undefined;
  // The counters leave out deleted keys.
  const spend = periods && "source" in periods && periods.source === "analytics" ? periods : undefined;
  // Without today's figures, the forecast can't be told either.
  const outlook = credits && recent(data.outlook, FORECAST_MS) && currentOutlook(session);
  const remaining = credits && getRemainingCredits(credits.value.credits);
  const month = utcDay(now).slice(0, 7);
  return {
    credits:
      credits && remaining !== undefined ? { remaining, purchased: credits.value.credits.total_credits } : undefined,
    creditsEnd: outlook && remaining !== undefined ? creditsEnd(outlook, remaining) : undefined,
    budgets: budgetFacts(session, now),
    days: completed && spend ? compareWithUsual(completed, spend.until.slice(0, 10), spend.today) : [],
    month: spend || outlook?.month ? { month, spent: spend?.month, expected: outlook?.month } : undefined,
    now,
  };
}

function budgetFacts({ client, data: { keys, guardrails, budgets } }: AlertSession, now: Date): AlertFacts["budgets"] {
  const read = recent(keys, FIGURE_MS);
  if (!read) return [];
  return listAccountBudgets({
    keys: read.value.keys,
    readAt: clientTime(client, read.begunAt),
    guardrails: recent(guardrails, LIMIT_MS)?.value,
    budgetsOf(workspaceId) {
      const shared = recent(budgets(workspaceId), LIMIT_MS)?.value;
      return shared && { name: "", budgets: shared.budgets, includeByok: shared.includesByok };
    },
    now,
  });
}

/** Returns complete data that is recent enough and whose last reading didn't fail. */
function recent<T>({ current, error }: Resource<T>, maxAgeMs: number): Snapshot<T> | undefined {
  if (!current?.complete || error !== undefined) return undefined;
  return Date.now() - current.readAt.getTime() <= maxAgeMs ? current : undefined;
}
