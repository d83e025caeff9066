import { HORIZON_DAYS } from "../../openrouter/foresight/forecast/forecastReading.ts";
import type {
  DayEstimate,
  Estimate,
  ForecastResult,
  NoForecast,
  Outlook,
} from "../../openrouter/foresight/forecast/model.ts";
import type { DailySpendReading } from "../../openrouter/foresight/forecast/read.ts";
import { type KeyLimitOutlook, readKeyOutlook } from "../../openrouter/foresight/forecast/readKeyOutlook.ts";
import {
  creditsEnd,
  isForecast,
  type MonthEstimate,
  readOutlook,
} from "../../openrouter/foresight/forecast/readOutlook.ts";
import { readWorkspaceOutlook } from "../../openrouter/foresight/forecast/readWorkspaceOutlook.ts";
import {
  getCredits,
  getKey,
  getPeriods,
  getRemainingCredits,
  InvalidInputError,
  listAllKeys,
} from "../../openrouter/index.ts";
import { dayAfter } from "../../openrouter/spend/span.ts";
import { dropFloatNoise } from "../../openrouter/text/figures.ts";
import type { ToolContext, ToolResult } from "../defineTool.ts";
import { joinLines, quoted, safeLine, table } from "../text.ts";

/** How many days the table lists. */
const TABLE_DAYS = 7;

/** Forecasts the account, a key or a workspace: the rest of the month, the end of the credits, a limit that is reached. */
export async function forecastText(
  { api_key_hash: hash, workspace_id: workspace }: { api_key_hash?: string; workspace_id?: string },
  context: ToolContext,
): Promise<ToolResult> {
  if (hash !== undefined && workspace !== undefined)
    throw new InvalidInputError(
      "api_key_hash and workspace_id exclude each other; nothing was sent.",
      "Pass one of them: a key's spend is all in its own workspace.",
    );
  if (hash !== undefined) return keyText(hash, context);
  return workspace === undefined ? accountText(context) : workspaceText(workspace, context);
}

async function accountText({ client, signal }: ToolContext): Promise<ToolResult> {
  const listing = listAllKeys(client, {}, { signal });
  const [periods, credits, keys] = await Promise.all([
    getPeriods(client, { signal }, () => listing),
    getCredits(client, { signal }),
    listing,
  ]);
  const outlook = await readOutlook(client, { periods, listing: keys }, { signal });
  const remaining = getRemainingCredits(credits);
  const end = creditsEnd(outlook, remaining);
  const { forecast, month, past, readAt } = outlook;
  return {
    text: joinLines(
      headerText("the account", readAt),
      monthLine(month, outlook.spentThisMonth),
      `credits_end: ${creditsText(outlook.credits, remaining, end)}; remaining ${remaining} USD`,
      `Past spend of keys that can't spend any more (disabled, expired, limit used up) is ${outlook.omitsEndedKeys ? "left out" : "included: there are too many of them"}.`,
      outlook.respectsLimits &&
        "Capped at what today's keys can still spend by their limits; new keys or higher limits may add to it.",
      ...basisLines(forecast, { ...outlook, notes: [...outlook.notes, ...periods.notes] }),
    ),
    forecast: {
      past,
      outlook: chartOutlook(readAt, forecast, month, end),
      omitsEndedKeys: outlook.omitsEndedKeys,
      respectsLimits: outlook.respectsLimits,
    },
  };
}

async function workspaceText(id: string, { client, signal }: ToolContext): Promise<ToolResult> {
  const outlook = await readWorkspaceOutlook(client, id, { signal });
  const { forecast, month, past, readAt } = outlook;
  return {
    text: joinLines(
      headerText("one workspace", readAt),
      monthLine(month, outlook.spentThisMonth, past.today ? "so far" : "before today"),
      "Past spend of its keys that can't spend any more is included.",
      ...basisLines(forecast, outlook),
    ),
    forecast: { past, outlook: chartOutlook(readAt, forecast, month, undefined) },
  };
}

async function keyText(hash: string, { client, signal }: ToolContext): Promise<ToolResult> {
  const key = await getKey(client, hash, { signal });
  const outlook = await readKeyOutlook(client, key, { signal });
  const { forecast, month, past, readAt, status, limit } = outlook;
  const ended = status !== "active" && `The key is ${status}: it spends no more.`;
  return {
    text: joinLines(
      headerText(`the key ${quoted(key.name)}`, readAt),
      ended,
      !ended && monthLine(month, dropFloatNoise(key.usage_monthly + (key.byok_usage_monthly ?? 0))),
      !ended && limit && limitText(limit),
      !ended &&
        outlook.ignoresLimit &&
        "The month and the days below don't take the limit into account, since BYOK doesn't count toward it.",
      ...(ended ? [] : basisLines(forecast, outlook)),
    ),
    ...(!ended && { forecast: { past, outlook: chartOutlook(readAt, forecast, month, undefined) } }),
  };
}

function headerText(what: string, readAt: string): string {
  return `Forecast for ${what} at ${readAt}; USD including BYOK, UTC days: middle (10% to 90% of outcomes).`;
}

function monthLine(month: MonthEstimate | undefined, spent: number, until = "so far"): string | undefined {
  if (!month) return undefined;
  const estimate = month.isMost ? `at most ${usd(month.high)}, which the keys' limits allow` : estimateText(month);
  return `month_end ${month.day}: ${estimate}; spent ${until} ${usd(spent)}`;
}

function creditsText(credits: ForecastResult | undefined, remaining: number, end: DayEstimate | undefined): string {
  if (remaining <= 0) return "none are left";
  if (!credits) return `unknown, ${NO_BYOK}`;
  if (!isForecast(credits)) return `no forecast: ${reasonText(credits)}`;
  return end ? daysText(end, `within ${HORIZON_DAYS} days`) : "unknown";
}

function limitText({ limit, reset, remaining, forecast, reached }: KeyLimitOutlook): string {
  const text = `limit ${limit} USD, ${reset ?? "no reset"}, remaining ${usd(remaining)}`;
  if (remaining <= 0) return `${text}: reached`;
  if (!forecast) return `${text}: when it is reached is unknown, ${NO_BYOK}`;
  if (!isForecast(forecast)) return `${text}: when it is reached is unknown (no forecast: ${reasonText(forecast)})`;
  const before = reset === null ? `within ${HORIZON_DAYS} days` : "before its reset";
  return `${text}: ${reached ? `reached ${daysText(reached, before)}` : `not expected to be reached ${before}`}`;
}

/** A day with its range. Days beyond the period are left open. */
function daysText({ early, middle, late }: DayEstimate, period: string): string {
  if (!early && !middle) return `not ${period}`;
  return `${middle ?? `probably not ${period}`} (${early ?? middle} to ${late ?? `not ${period}`})`;
}

function basisLines(
  forecast: ForecastResult,
  { source, notes }: Pick<DailySpendReading, "source" | "notes">,
): (string | undefined)[] {
  const causes = new Set(
    notes.map((note) => {
      if (note.kind === "counters") return "today's spend is that of the keys' counters, without deleted keys";
      return "cause" in note ? note.cause : note.kind === "warning" ? note.text : note.kind;
    }),
  );
  const basis = `source: ${source === "analytics" ? "analytics" : "the 30 days of /activity"}`;
  const note = causes.size > 0 ? `Note: ${safeLine([...causes].join("; "))}` : undefined;
  if (!isForecast(forecast)) return [`No forecast: ${reasonText(forecast)} ${basis}`, note];
  const { backtest, basedOn, days, from } = forecast;
  return [
    `Checked on ${backtest.days} past days: ${share(backtest.within)} were inside the range. Based on ${basedOn} days; ${basis}`,
    note,
    table(
      [
        ["day", ({ day }) => day],
        ["low", ({ low }) => usd(low)],
        ["middle", ({ middle }) => usd(middle)],
        ["high", ({ high }) => usd(high)],
      ],
      days.slice(0, TABLE_DAYS).map((one, i) => ({ ...one, day: dayAfter(from, i) })),
    ),
  ];
}

function reasonText(none: NoForecast): string {
  switch (none.reason) {
    case "tooFewDays":
      return `it needs ${none.needed} days since the first spend, there are ${none.days}.`;
    case "unreliable":
      return `only ${share(none.within)} of past days were inside the range; ${share(none.needed)} are needed.`;
    case "noSpend":
      return "nothing was spent lately.";
    case "gap":
      return "the spend of some days is unknown.";
    case "failed":
      return safeLine(none.cause);
  }
}

function chartOutlook(
  readAt: string,
  forecast: ForecastResult,
  month: Outlook["month"],
  end: Outlook["creditsEnd"],
): Outlook {
  return { readAt, forecast, month, creditsEnd: end };
}

const NO_BYOK = "since the analytics don't tell credits from BYOK";
const share = (part: number) => `${Math.round(part * 100)}%`;
/** Cents say all that an estimate can, and four digits of less than a dollar. */
const usd = (amount: number) => Number(amount < 1 ? amount.toPrecision(4) : amount.toFixed(2));
const estimateText = ({ low, middle, high }: Estimate) => `${usd(middle)} (${usd(low)} to ${usd(high)})`;
