interface LastRead {
  readAt: Date | undefined;
  errorAt: Date | undefined;
  /** When a rate limit allows the next request. */
  notBefore: Date | undefined;
  loading: boolean;
}

/**
 * True if the last load or failed attempt is at least `interval` ms old. Data that was never loaded is not due, since no
 * view has shown it yet.
 */
export function isDue({ readAt, errorAt, notBefore, loading }: LastRead, interval: number, now = Date.now()): boolean {
  if (loading || (notBefore && notBefore.getTime() > now)) return false;
  const last = Math.max(readAt?.getTime() ?? 0, errorAt?.getTime() ?? 0);
  return last > 0 && now - last >= interval;
}
