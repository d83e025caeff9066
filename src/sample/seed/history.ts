// The spend of the year before the last 30 days: a growing company, with two slow weeks and one campaign.
import { DAY_MS } from "../time.ts";
import type { Offer } from "./models.ts";
import type { Profile } from "./profiles.ts";

const YEAR_DAYS = 365;
/** The spend of a year ago as a fraction of today's. */
export const FIRST_SPEND_FACTOR = 0.8;
/** The number of days until a new key is in full use. */
const RAMP_DAYS = 14;

/** For each model, the older model that it replaced, and how many days ago. */
const predecessorById: Record<string, [id: string, until: number]> = {
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

/** A bell curve: 1 at `middle`, near 0 far from it. */
const bellCurve = (ago: number, middle: number, days: number): number => Math.exp(-(((ago - middle) / days) ** 2));

/** Returns a key's spend `ago` days ago as a fraction of today's. */
export function spendFactor(profile: Profile, ago: number): number {
  const growth = 1 - (1 - FIRST_SPEND_FACTOR) * Math.min(1, ago / YEAR_DAYS);
  const season = 1 - 0.55 * bellCurve(ago, 235, 9) + 0.8 * bellCurve(ago, 112, 14);
  return growth * season * Math.min(1, (profile.ageDays - ago) / RAMP_DAYS);
}

/** Returns the models that a key used `ago` days ago, with their fractions of its spend; unreleased models are left out. */
export function modelsAt(profile: Profile, offers: Map<string, Offer>, ago: number, midnight: number) {
  const shares = new Map<Offer, number>();
  let whole = 0;
  for (const [i, id] of profile.models.entries()) {
    const offer = offerAt(id, offers, ago, midnight);
    if (!offer) continue;
    const share = 0.6 ** i;
    whole += share;
    // Two models may have the same predecessor.
    shares.set(offer, (shares.get(offer) ?? 0) + share);
  }
  return [...shares].map(([offer, share]) => ({ offer, part: share / whole }));
}

function offerAt(id: string, offers: Map<string, Offer>, ago: number, midnight: number): Offer | undefined {
  const offer = offers.get(id)!;
  const [older, until] = predecessorById[id] ?? [];
  if (midnight >= offer.released + DAY_MS && ago < (until ?? Number.POSITIVE_INFINITY)) return offer;
  return older === undefined ? undefined : offerAt(older, offers, ago, midnight);
}
