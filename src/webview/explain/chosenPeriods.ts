// Checks two periods that the user chose. Pure.
import { t } from "@vscode/l10n";
import { ANALYTICS_DAYS, dayAfter } from "../../openrouter/spend/model.ts";
import { bucketName } from "../labels.ts";
import type { Buckets, ChosenPeriods } from "./basis.ts";

/** Hours further back are too many to read. */
const HOUR_DAYS = 31;

/** Returns the first and the last day or hour that can be compared. */
export function comparableBuckets(unit: "day" | "hour", current: string): Buckets {
  const today = current.slice(0, 10);
  if (unit === "day") return { from: dayAfter(today, 1 - ANALYTICS_DAYS), to: today };
  return { from: `${dayAfter(today, 1 - HOUR_DAYS)}T00`, to: current.length === 10 ? `${today}T23` : current };
}

export const unitOf = ({ from }: Buckets): "day" | "hour" => (from.length > 10 ? "hour" : "day");

/** Why two periods can't be compared, and which of them is to be changed. */
export interface PeriodsProblem {
  period: keyof ChosenPeriods;
  text: string;
}

/** @param current the day or hour in progress */
export function findProblem(
  { after, before }: ChosenPeriods,
  unit: "day" | "hour",
  current: string,
  locale: string,
): PeriodsProblem | undefined {
  const { from: first, to: last } = comparableBuckets(unit, current);
  const name = (bucket: string) => bucketName(bucket, locale, "long");
  for (const [period, { from, to }] of [
    ["after", after],
    ["before", before],
  ] as const) {
    if (from === "" || to === "") return { period, text: t("Enter the beginning and the end.") };
    if (from > to) return { period, text: t("The end is before the beginning.") };
    if (to > last) return { period, text: t("The end is in the future; the latest possible is {0}.", name(last)) };
    if (from < first)
      return { period, text: t("The beginning is too long ago; the earliest possible is {0}.", name(first)) };
  }
  const common = after.from > before.from ? after.from : before.from;
  const overlap = common <= after.to && common <= before.to;
  return overlap ? { period: "before", text: t("Both periods contain {0}.", name(common)) } : undefined;
}
