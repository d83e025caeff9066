import type { Write } from "../../../channel/gate.ts";

/** The next question waits at most this long for a write. */
const MAX_MS = 10_000;

export interface Completions {
  /** Resolves once an allowed write is completed, or after `maxMs`. */
  wait(write: Write): Promise<void>;
  /** Call this when the write was answered or refused. */
  done(write: Write): void;
}

/** Tracks when allowed writes are completed, since the target state is read again only after that. */
export function createCompletions(maxMs = MAX_MS): Completions {
  const waiting = new WeakMap<Write, () => void>();
  return {
    wait: (write) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, maxMs);
        waiting.set(write, () => {
          clearTimeout(timer);
          resolve();
        });
      }),
    done: (write) => waiting.get(write)?.(),
  };
}
