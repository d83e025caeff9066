import type { Resource } from "./resource.ts";

/** What failed is tried again after the same time. */
export function isDue(
  resource: Pick<Resource<unknown>, "current" | "failedAt" | "loading" | "notBefore">,
  interval: number,
  now: number = Date.now(),
): boolean {
  const { current, failedAt, loading, notBefore } = resource;
  if (loading || (notBefore && notBefore.getTime() > now)) return false;
  const last = Math.max(current?.readAt.getTime() ?? 0, failedAt?.getTime() ?? 0);
  return last > 0 && now - last >= interval;
}
