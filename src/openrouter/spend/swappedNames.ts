// Notices that keys exchanged their names after they were listed. Pure.
import type { Key } from "../schemas.ts";
import { periodStarts } from "./periods.ts";
import type { SpendRow } from "./table.ts";

/** Smaller amounts, in USD, are equal by chance. */
const MIN_SPEND = 0.1;

/**
 * True if the figures of two keys are each what the other one's counters show. Compares the completed days of the current
 * month, or else of the week, whose spend the counters of a list hardly change.
 * @param rows spend by day, with the hash of the key that had the name in the list
 * @param from the first day of the rows
 */
export function seemSwapped(
  rows: readonly SpendRow[],
  keys: readonly Key[],
  { from, now }: { from: string; now: Date },
): boolean {
  const { today, monday, first } = periodStarts(now);
  const isMonth = from <= first && first < today;
  const since = isMonth ? first : monday;
  if (from > since || since >= today) return false;
  const spent = new Map<string, number>();
  for (const { bucket, key, cost = 0, byok_cost = 0 } of rows)
    if (key !== undefined && bucket >= since && bucket < today)
      spent.set(key, (spent.get(key) ?? 0) + cost - byok_cost);
  const found = keys.flatMap(({ hash, usage_monthly, usage_weekly, usage_daily }) => {
    const counted = isMonth ? usage_monthly : usage_weekly;
    return counted === undefined ? [] : [[cents(counted - usage_daily), cents(spent.get(hash) ?? 0)] as const];
  });
  const off = found.filter(
    ([counted, read]) => Math.abs(counted - read) > 2 && Math.max(counted, read) > 100 * MIN_SPEND,
  );
  const pairs = new Set(off.map(([counted, read]) => `${counted} ${read}`));
  const near = (value: number) => [value - 1, value, value + 1];
  return off.some(([counted, read]) => near(read).some((a) => near(counted).some((b) => pairs.has(`${a} ${b}`))));
}

const cents = (usd: number) => Math.round(usd * 100);
