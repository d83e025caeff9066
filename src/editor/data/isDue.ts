interface LastRead {
  readAt: Date | undefined;
  errorAt: Date | undefined;
  /** When the API may be asked again, after it said that it was asked too often. */
  notBefore: Date | undefined;
  loading: boolean;
}

/**
 * True once the last reading is `interval` ms old. What failed is tried again after the same time; what nobody has looked
 * at was never read, and is not due.
 */
export function isDue({ readAt, errorAt, notBefore, loading }: LastRead, interval: number, now = Date.now()): boolean {
  if (loading || (notBefore && notBefore.getTime() > now)) return false;
  const last = Math.max(readAt?.getTime() ?? 0, errorAt?.getTime() ?? 0);
  return last > 0 && now - last >= interval;
}
