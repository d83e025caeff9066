// How the year before the last 30 days went: a company that grows, with a slack fortnight and one campaign in between.
import { DAY } from "../time.ts";
import type { Offer } from "./models.ts";
import type { Profile } from "./profiles.ts";

const YEAR = 365;
/** What a key spent a year ago, as a part of what it spends now. */
export const FIRST_PACE = 0.8;
/** A new key needs so many days until it is in full use. */
const RAMP = 14;

/** What stood in for a model, and until how many days ago. */
const predecessors: Record<string, [id: string, until: number]> = {
  "anthropic/claude-opus-4.5": ["anthropic/claude-opus-4.1", 58],
  "anthropic/claude-haiku-4.5": ["anthropic/claude-3.5-haiku", 225],
  "anthropic/claude-sonnet-4.5": ["anthropic/claude-3.5-haiku", 290],
  "openai/gpt-5.1": ["openai/gpt-5", 82],
  "openai/gpt-5": ["openai/gpt-4o", 190],
  "openai/gpt-5-mini": ["openai/gpt-4o-mini", 160],
  "openai/gpt-5-nano": ["openai/gpt-4.1-mini", 175],
  "google/gemini-2.5-pro": ["openai/gpt-4.1", 140],
  "deepseek/deepseek-v3.2": ["deepseek/deepseek-chat-v3.1", 95],
};

/** One of a peak's height at its middle, nothing far from it. */
const bump = (ago: number, middle: number, days: number): number => Math.exp(-(((ago - middle) / days) ** 2));

/** What a key spent so many days ago, as a part of what it spends now. */
export function pace(profile: Profile, ago: number): number {
  const growth = 1 - (1 - FIRST_PACE) * Math.min(1, ago / YEAR);
  const season = 1 - 0.55 * bump(ago, 235, 9) + 0.8 * bump(ago, 112, 14);
  return growth * season * Math.min(1, (profile.age - ago) / RAMP);
}

/** A key's models so many days ago with their parts of its spend: those that were not out yet have none. */
export function modelsThen(profile: Profile, offers: Map<string, Offer>, ago: number, midnight: number) {
  const shares = new Map<Offer, number>();
  let whole = 0;
  for (const [i, id] of profile.models.entries()) {
    const offer = offerThen(id, offers, ago, midnight);
    if (!offer) continue;
    const share = 0.6 ** i;
    whole += share;
    // Two models may have had the same predecessor.
    shares.set(offer, (shares.get(offer) ?? 0) + share);
  }
  return [...shares].map(([offer, share]) => ({ offer, part: share / whole }));
}

function offerThen(id: string, offers: Map<string, Offer>, ago: number, midnight: number): Offer | undefined {
  const offer = offers.get(id)!;
  const [older, until] = predecessors[id] ?? [];
  if (midnight >= offer.released + DAY && ago < (until ?? Number.POSITIVE_INFINITY)) return offer;
  return older === undefined ? undefined : offerThen(older, offers, ago, midnight);
}
