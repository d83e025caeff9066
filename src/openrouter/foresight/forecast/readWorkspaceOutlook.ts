import type { Client, RequestOptions } from "../../http/call.ts";
import { forecastReading } from "./forecastReading.ts";
import type { DailySpend, ForecastResult } from "./model.ts";
import { type DailySpendReading, readDailySpend } from "./read.ts";
import { isForecast, type MonthEstimate, monthOf } from "./readOutlook.ts";

/** What is coming for a workspace. */
export interface WorkspaceOutlook extends Pick<DailySpendReading, "source" | "notes"> {
  /** ISO time of the reading. */
  readAt: string;
  /** False if what keys spent that can spend no more is included. */
  omitsEndedKeys: boolean;
  past: DailySpend;
  forecast: ForecastResult;
  /** Without BYOK; undefined if the source doesn't tell them apart. The same object if there is no BYOK. */
  credits: ForecastResult | undefined;
  /** USD, with what ended keys spent; without today's spend if that is unknown. */
  spentThisMonth: number;
  /** Undefined without a forecast. */
  month: MonthEstimate | undefined;
}

/**
 * Reads a workspace's daily spend and forecasts it.
 * @param options `ended` are the hashes of its keys that can spend no more; their spend counts if it isn't given
 * @throws OpenRouterError if the spend can't be read
 */
export async function readWorkspaceOutlook(
  client: Client,
  workspace: string,
  options: RequestOptions & { ended?: readonly string[] } = {},
): Promise<WorkspaceOutlook> {
  const now = client.now();
  const reading = await readDailySpend(client, { ...options, workspace });
  const { spend, source, notes, spentThisMonth } = reading;
  const forecast = forecastReading(spend, reading, workspace);
  const credits =
    reading.credits === spend ? forecast : reading.credits && forecastReading(reading.credits, reading, workspace);
  return {
    readAt: now.toISOString(),
    source,
    notes,
    omitsEndedKeys: options.ended !== undefined && reading.omitsEnded,
    past: spend,
    forecast,
    credits,
    spentThisMonth,
    month: isForecast(forecast) ? monthOf(forecast, spentThisMonth) : undefined,
  };
}
