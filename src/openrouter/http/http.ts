// The one place that calls fetch: headers, redirects, and what an answer is.
import ky, { type KyInstance } from "ky";
import { causeCode, deepestMessage } from "./causes.ts";
import { effectiveStatus, isApiBody, parseJson, readText } from "./responseBody.ts";
import { retryAfterSeconds } from "./retryAfter.ts";

export interface HttpOptions {
  key: string;
  timeoutMs: number;
  userAgent?: string;
  /** Told the `Date` of each fresh answer of the API itself. */
  onServerDate(date: string): void;
}

/** A client for one key. Time-outs are errors of ky; a proxy that refuses, and a body that breaks off, are handled like answers of a server. */
export function createHttp(options: HttpOptions): KyInstance {
  return ky.create({
    headers: {
      authorization: `Bearer ${options.key}`,
      accept: "application/json",
      // A cache on the way must not answer with what was there before a write.
      "cache-control": "no-cache",
      "user-agent": options.userAgent ?? "openrouter-admin",
    },
    // The key stays with the host it was meant for: a redirect is an error, not a detour.
    redirect: "manual",
    timeout: false,
    totalTimeout: options.timeoutMs,
    // The body is read inside, so that one that breaks off or hangs is retried and timed like a lost connection.
    fetch: async (input, init) => {
      const response = await fetch(input, init).catch(toProxyResponse);
      const text = await readText(response);
      const json = parseJson(text);
      const date = response.headers.get("date");
      if (date && isFresh(response) && isApiBody(json)) options.onServerDate(date);
      const headers = new Headers(response.headers);
      const seconds = retryAfterSeconds(headers);
      if (seconds !== undefined) headers.set("retry-after", seconds);
      headers.set("content-type", json === undefined ? "text/plain" : "application/json");
      return new Response(text || null, { status: Math.min(effectiveStatus(response.status, json), 599), headers });
    },
  });
}

/**
 * A proxy's refusal as the answer that it is: `fetch` makes a network error of it, without a word for a 407. An error with
 * a code has none either where several addresses were tried in vain.
 */
function toProxyResponse(error: unknown): Response {
  const message = deepestMessage(error);
  const [, tunnel] = /^Proxy response \((\d{3})\)/.exec(message) ?? [];
  const isSilent = message === "" && causeCode(error) === undefined;
  const status = tunnel ? Number(tunnel) : isSilent ? 407 : undefined;
  if (status === undefined || status < 400 || status > 599) throw error;
  return new Response(null, { status });
}

/** An answer out of a cache, or a redirect, says nothing about what time it is now. */
function isFresh({ status, headers }: Response): boolean {
  const cached = headers.has("age") || /hit|stale|updating/i.test(headers.get("cf-cache-status") ?? "");
  return !cached && !(status >= 300 && status < 400);
}
