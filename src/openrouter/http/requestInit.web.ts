/**
 * Returns the options of every request for `fetch`. A browser asks the server to allow any header that it doesn't know (CORS), and
 * OpenRouter allows no `cache-control`; `no-store` adds it without asking. The user agent is the browser's.
 */
export function requestInit({ key }: { key: string; userAgent?: string }) {
  return { headers: { authorization: `Bearer ${key}`, accept: "application/json" }, cache: "no-store" };
}
