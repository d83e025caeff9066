/**
 * Reads a `Retry-After` header: seconds, or an HTTP date.
 * @returns when to ask again, or undefined when the header is missing or malformed
 */
export function parseRetryAfter(header: string | null, now: number = Date.now()): Date | undefined {
  if (!header?.trim()) return undefined;
  if (/^\d+(\.\d+)?$/.test(header.trim())) return new Date(now + Number(header) * 1000);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : new Date(at);
}
