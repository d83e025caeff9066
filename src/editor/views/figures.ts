import {
  type Client,
  getCredits,
  getToday,
  OpenRouterError,
  type RequestOptions,
  requireManagementKey,
  type Today,
} from "../../openrouter/index.ts";
import type { AccountSource } from "../ids.ts";

/** What the Credits view shows, in USD, and when it was read. */
export interface Figures {
  source: AccountSource;
  purchased: number;
  used: number;
  /** The day's spend, or why it could not be read: the rest is shown all the same. */
  today: Today | OpenRouterError;
  readAt: Date;
}

/** @throws InferenceKeyError for an inference key, whose credits would read as zero; else what the requests throw */
export async function readFigures(client: Client, source: AccountSource, options: RequestOptions): Promise<Figures> {
  await requireManagementKey(client, { signal: options.signal });
  const [credits, today] = await Promise.all([getCredits(client, options), todayOrCause(client, options)]);
  return { source, purchased: credits.total_credits, used: credits.total_usage, today, readAt: new Date() };
}

async function todayOrCause(client: Client, options: RequestOptions): Promise<Today | OpenRouterError> {
  try {
    return await getToday(client, options);
  } catch (error) {
    if (error instanceof OpenRouterError) return error;
    throw error;
  }
}
