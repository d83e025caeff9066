import { isLoopback } from "../http/origin.ts";

/** Begins every management key of the sample account: "SAMPLE" in hex. */
const PREFIX = "sk-or-v1-53414d504c45";

export function isSampleKey(key: string): boolean {
  return key.toLowerCase().startsWith(PREFIX);
}

/** True for the sample account, whose data is invented: a key of its own, on this machine. */
export function isSampleAccount(key: string, baseUrl: string): boolean {
  return isSampleKey(key) && isLoopback(new URL(baseUrl).hostname);
}
