import { OriginError } from "./errors.ts";
import { redact } from "./redact.ts";

/** Where the API lives unless another base URL is configured. */
export const DEFAULT_BASE_URL = "https://openrouter.ai/api/v1";

const OFFICIAL = /^([a-z0-9-]+\.)*openrouter\.ai$/;
const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** True for the host names of this machine. */
export const isLoopback = (hostname: string): boolean => LOOPBACK.has(hostname.toLowerCase());

/**
 * Holds the origin policy: the key goes to OpenRouter over https, or to this machine.
 * @returns the base URL without a trailing slash
 * @throws OriginError for any other address
 */
export function checkBaseUrl(baseUrl: string): string {
  // Scheme and host only: a key can be pasted into any other part.
  const shown = URL.canParse(baseUrl) ? ` ${new URL(baseUrl).protocol}//${new URL(baseUrl).host}` : "";
  const refuse = (why: string) =>
    new OriginError(
      redact(`The base URL${shown} is refused: ${why}.`),
      `Use ${DEFAULT_BASE_URL}, https://<region>.openrouter.ai/api/v1, or an http address of this machine (127.0.0.1, localhost, [::1]).`,
    );
  if (!URL.canParse(baseUrl)) throw refuse("it is not a URL");
  const url = new URL(baseUrl);
  if (url.username || url.password) throw refuse("it must not hold a user name or password");
  if (url.search || url.hash) throw refuse("it must not have a query or a fragment");
  const host = url.hostname.toLowerCase();
  const official = url.protocol === "https:" && url.port === "" && OFFICIAL.test(host);
  const local = url.protocol === "http:" && isLoopback(host);
  if (!official && !local) throw refuse("the key is sent only to openrouter.ai over https, or to this machine");
  return url.href.replace(/\/+$/, "");
}
