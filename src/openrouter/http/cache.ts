interface Entry {
  requestedAt: number;
  expires: number;
  value: Promise<unknown>;
  controller: AbortController;
  waiters: number;
}

/** Caches responses for a short time; concurrent callers share one request (single flight). */
export function createCache(ttlMs: number, now: () => number = Date.now) {
  const entries = new Map<string, Entry>();

  return {
    /**
     * Returns the cached response for `key`, or calls `load`. Failures are not cached. A caller's `signal` ends only its
     * own wait; the shared request is aborted once its last caller has left.
     * @param fresh see `RequestOptions`
     */
    async get<T>(
      key: string,
      load: (signal: AbortSignal) => Promise<T>,
      signal?: AbortSignal,
      fresh: boolean | number = false,
    ): Promise<T> {
      signal?.throwIfAborted();
      let entry = entries.get(key);
      const isOld = ({ requestedAt, expires }: Entry) =>
        expires <= now() || fresh === true || (fresh !== false && requestedAt < fresh);
      if (!entry || isOld(entry) || entry.controller.signal.aborted) {
        const controller = new AbortController();
        const [requestedAt, expires] = [now(), now() + ttlMs];
        const created: Entry = { requestedAt, expires, controller, waiters: 0, value: load(controller.signal) };
        created.value.catch(() => {
          if (entries.get(key) === created) entries.delete(key);
        });
        for (const [other, { expires }] of entries) if (expires <= now()) entries.delete(other);
        entries.set(key, created);
        entry = created;
      }
      return waitFor<T>(entry, signal);
    },
    /** Empties the cache. Called before and after each write, so that later reads don't see the old state. */
    clear(): void {
      entries.clear();
    },
  };
}

async function waitFor<T>(entry: Entry, signal?: AbortSignal): Promise<T> {
  entry.waiters += 1;
  let leave: (() => void) | undefined;
  const left = new Promise<never>((_, reject) => {
    leave = () => {
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", leave, { once: true });
  });
  try {
    return (await Promise.race([entry.value, left])) as T;
  } finally {
    if (leave) signal?.removeEventListener("abort", leave);
    entry.waiters -= 1;
    if (entry.waiters === 0 && signal?.aborted) entry.controller.abort(signal.reason);
  }
}
