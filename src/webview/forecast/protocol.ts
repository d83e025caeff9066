// The forecast in the panel and in the Spend view, as the extension words it, and the messages about it.
import * as z from "zod/mini";

const text = z.string();
const estimate = z.object({ low: z.number(), middle: z.number(), high: z.number() });

const subject = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("account") }),
  z.object({ kind: z.enum(["key", "workspace"]), id: text }),
]);
/** Whose spend is forecast: a key by its hash, a workspace by its id. */
export type ForecastSubject = z.infer<typeof subject>;

/** What is expected of the month, or why nothing is: localized. */
const shownForecast = z.object({
  text,
  details: z.array(text),
  /** USD by day, from the current one (UTC) on; undefined without a forecast. */
  days: z.optional(z.object({ from: text, estimates: z.array(estimate) })),
});
export type ShownForecast = z.infer<typeof shownForecast>;

export const forecastFromWebview = [
  /** Requests the forecast, and again whenever it changes; without `about`, no more. */
  z.object({ type: z.literal("forecast"), accountId: text, about: z.optional(subject) }),
] as const;

export const forecastToWebview = [
  /** `forecast` is undefined until it has been made. */
  z.object({
    type: z.literal("forecast"),
    accountId: text,
    about: subject,
    forecast: z.optional(shownForecast),
  }),
] as const;
