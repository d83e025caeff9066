/** Returns the end of a limit's period: the next midnight UTC, Monday or first of the month; undefined without a reset. */
export function getPeriodEnd(limit_reset: string | null | undefined, now: Date): Date | undefined {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  if (limit_reset === "daily") return new Date(Date.UTC(year, month, day + 1));
  if (limit_reset === "weekly") return new Date(Date.UTC(year, month, day + 7 - ((now.getUTCDay() + 6) % 7)));
  if (limit_reset === "monthly") return new Date(Date.UTC(year, month + 1, 1));
  return undefined;
}
