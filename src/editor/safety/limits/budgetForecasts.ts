// When the budgets of a key are reached, by the forecasts that were read.

import { clientTime } from "../../../openrouter/clientTime.ts";
import {
  type BudgetForecast,
  forecastBudget,
  type SpendForecasts,
} from "../../../openrouter/foresight/forecast/budgetForecast.ts";
import type { KeyOutlook } from "../../../openrouter/foresight/forecast/readKeyOutlook.ts";
import type { WorkspaceOutlook } from "../../../openrouter/foresight/forecast/readWorkspaceOutlook.ts";
import type { Key } from "../../../openrouter/index.ts";
import { getKeyCost } from "../../../openrouter/keys/keyCost.ts";
import { type Budget, isShared } from "../../../openrouter/safety/budgets.ts";
import type { KeyLimits } from "../../../openrouter/safety/keyLimits.ts";
import { utcDay } from "../../../openrouter/text/figures.ts";
import type { AccountSession } from "../../data/accountData.ts";
import {
  currentPart,
  keyOutlookOf,
  knownKeyOutlook,
  knownWorkspaceOutlook,
  OUTLOOK_MAX_AGE_MS,
  workspaceOutlookOf,
} from "../../data/partOutlooks.ts";
import type { Resource, ResourceHost } from "../../data/resource.ts";

/** Returns the outlooks that the key's budgets need, without loading them: those of the key, and of its workspace. */
export function budgetOutlooks(
  session: AccountSession,
  { key, status, budgets }: KeyLimits,
  host: ResourceHost,
): Resource<KeyOutlook | WorkspaceOutlook>[] {
  const open = status === "active" ? budgets.filter(({ remaining }) => remaining) : [];
  const { workspace_id: workspace } = key;
  return [
    ...(open.some((budget) => !isShared(budget)) ? [keyOutlookOf(session, key.hash, host)] : []),
    ...(workspace && open.some(isOfWorkspace) ? [workspaceOutlookOf(session, workspace, host)] : []),
  ];
}

/** Reads outlooks that are missing, of an earlier day or older than an hour; with `since`, all that are older than that. */
export async function readOutlooks(
  session: AccountSession,
  outlooks: readonly Resource<KeyOutlook | WorkspaceOutlook>[],
  since?: number,
): Promise<void> {
  const maxAge = (outlook: Resource<KeyOutlook | WorkspaceOutlook>) =>
    currentPart(session, outlook) ? OUTLOOK_MAX_AGE_MS : 0;
  await Promise.all(
    outlooks.map((outlook) => (since === undefined ? outlook.ensure(maxAge(outlook)) : outlook.load({ fresh: since }))),
  );
}

/** Reads outlooks again that a view shows and that are older than an hour or of an earlier day. */
export function renewOutlooks(
  session: AccountSession,
  outlooks: readonly Resource<KeyOutlook | WorkspaceOutlook>[],
): void {
  for (const outlook of outlooks)
    if (outlook.current || outlook.error !== undefined)
      void outlook.ensureQuietly(currentPart(session, outlook) ? OUTLOOK_MAX_AGE_MS : 0);
}

/**
 * Returns when a budget is reached, as far as outlooks were read. Not for a member's budget: it counts the spend in
 * OpenRouter's chat, too, of which no outlook knows.
 */
export function budgetForecast(
  session: AccountSession,
  { key, status, budgets }: KeyLimits,
  budget: Budget,
): BudgetForecast | undefined {
  const isMembers = isShared(budget) && !isOfWorkspace(budget);
  if (status !== "active" || !budget.remaining || isMembers) return undefined;
  const { forecasts, failure } = isOfWorkspace(budget) ? ofWorkspace(session, key) : ofKey(session, key);
  if (forecasts) return forecastBudget(forecasts, budget, budgets);
  return failure === undefined ? undefined : { reason: "failed", cause: failure };
}

interface ReadForecasts {
  forecasts: SpendForecasts | undefined;
  /** Why they couldn't be read. */
  failure: string | undefined;
}

function ofKey(session: AccountSession, key: Key): ReadForecasts {
  const outlook = knownKeyOutlook(session, key.hash);
  const current = currentPart(session, outlook);
  const forecasts = current && { ...current, sinceReading: spentSince(session, key, current) };
  return { forecasts, failure: outlook?.failure };
}

/** What the key spent since its outlook was read, by its counters of the same day. */
function spentSince(
  { client, data }: AccountSession,
  key: Key,
  { readAt, past, creditsToday }: KeyOutlook,
): SpendForecasts["sinceReading"] {
  const begunAt = data.keys.current?.begunAt;
  if (!begunAt || !past.today || utcDay(clientTime(client, begunAt)) !== readAt.slice(0, 10)) return undefined;
  const usd = getKeyCost(key, "today");
  const credits = creditsToday === undefined ? undefined : usd - (key.byok_usage_daily ?? 0) - creditsToday;
  return { spend: usd - past.today.usd, credits };
}

function ofWorkspace(session: AccountSession, { workspace_id: id }: Key): ReadForecasts {
  const outlook = id ? knownWorkspaceOutlook(session, id) : undefined;
  const known = currentPart(session, outlook);
  // Its keys' counters don't tell what was spent since: deleted keys are missing.
  const isRecent = known && session.client.now().getTime() - Date.parse(known.readAt) < OUTLOOK_MAX_AGE_MS;
  const current = isRecent ? known : undefined;
  return { forecasts: current && { ...current, spend: current.forecast }, failure: outlook?.failure };
}

const isOfWorkspace = ({ source }: Budget) => source.kind === "workspace";
