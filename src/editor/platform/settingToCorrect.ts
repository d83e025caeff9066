import { OpenRouterError, OriginError, RedirectError } from "../../openrouter/errors.ts";
import { settingIds } from "./ids.ts";

/** Returns the setting to correct after a failed request: the base URL, or the proxy that failed; undefined for others. */
export function settingToCorrect(error: unknown): string | undefined {
  if (error instanceof OriginError || error instanceof RedirectError) return settingIds.baseUrl;
  const link = error instanceof OpenRouterError ? error.connection?.link : undefined;
  if (link === "proxyRefused") return "http.noProxy";
  return link?.startsWith("proxy") ? "http.proxy" : undefined;
}
