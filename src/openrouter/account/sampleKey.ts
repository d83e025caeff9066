import { isLoopback } from "../http/origin.ts";

/** Every management key of the sample account starts with this: "SAMPLE" in hex. */
const PREFIX = "sk-or-v1-53414d504c45";

export function isSampleKey(key: string): boolean {
  return key.toLowerCase().startsWith(PREFIX);
}

/** True for the sample account, whose data is invented: a sample key, on this machine. */
export function isSampleAccount(key: string, baseUrl: string): boolean {
  return isSampleKey(key) && isLoopback(new URL(baseUrl).hostname);
}
