import { OriginError } from "../errors.ts";
import { redact } from "../text/redact.ts";

/** The base URL unless another one is configured. */
export const DEFAULT_BASE_URL = "https://openrouter.ai/api/v1";

const OFFICIAL = /^([a-z0-9-]+\.)*openrouter\.ai$/;
const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** True for the host names of this machine. */
export const isLoopback = (hostname: string): boolean => LOOPBACK.has(hostname.toLowerCase());
/** Longer than any label of a real host name: a key, or part of one. */
const KEY_LIKE = /[0-9a-f]{16,}|[\w-]{40,}/gi;

/**
 * Enforces the origin policy: the key goes only to OpenRouter over https, or to this machine.
 * @param redactText redacts the URL in messages: somebody may paste a key into any part of it
 * @returns the base URL without a trailing slash
 * @throws OriginError for any other address
 */
export function checkBaseUrl(baseUrl: string, redactText: (text: string) => string = redact): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const host = url?.hostname.toLowerCase() ?? "";
  // Only scheme and host, as parsed.
  const origin = url ? ` ${redactText(`${url.protocol}//${url.host}`).replace(KEY_LIKE, "[redacted]")}` : "";
  const refuse = (reason: string) =>
    new OriginError(
      `The base URL${origin} is refused: ${reason}.`,
      `Use ${DEFAULT_BASE_URL}, https://<region>.openrouter.ai/api/v1, or an http address of this machine (127.0.0.1, localhost, [::1]).`,
    );
  if (!url) throw refuse("it is not a URL");
  if (containsKey(url.href, redactText) || host.search(KEY_LIKE) >= 0)
    throw refuse("it contains something that looks like a key");
  if (url.username || url.password) throw refuse("it must not contain a user name or password");
  // URL ignores an empty query or fragment, but request paths would be appended to it.
  if (/[?#]/.test(baseUrl)) throw refuse("it must not have a query or a fragment");
  const official = url.protocol === "https:" && url.port === "" && OFFICIAL.test(host);
  const local = url.protocol === "http:" && isLoopback(host);
  if (!official && !local) throw refuse("the key is sent only to openrouter.ai over https, or to this machine");
  return url.href.replace(/\/+$/, "");
}

/** True if a URL contains a secret, plain or percent-encoded. */
function containsKey(href: string, redactText: (text: string) => string): boolean {
  const decoded = href.replace(/%([2-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return redactText(decoded) !== decoded;
}
