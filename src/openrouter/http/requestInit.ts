interface Sender {
  key: string;
  userAgent?: string;
}

/** Returns the options of every request for `fetch`. */
export function requestInit({ key, userAgent }: Sender) {
  return {
    headers: {
      authorization: `Bearer ${key}`,
      accept: "application/json",
      // A cache on the way must not return the state from before a write.
      "cache-control": "no-cache",
      "user-agent": userAgent ?? "openrouter-admin",
    },
  };
}
