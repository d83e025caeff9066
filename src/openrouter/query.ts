import type { Query } from "./call.ts";

/** `?a=1&b=2` of the values given, or nothing. */
export function queryString(query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length ? `?${new URLSearchParams(given.map(([k, v]): [string, string] => [k, String(v)]))}` : "";
}
