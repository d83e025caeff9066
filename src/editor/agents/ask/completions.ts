import type { Write } from "../../../channel/gate.ts";

/** A write that takes longer holds up no further question. */
const MAX_MS = 10_000;

export interface Completions {
  /** Resolves once an allowed write has had its effect, or after a while. */
  wait(write: Write): Promise<void>;
  /** Its answer has come, or it was refused after all. */
  done(write: Write): void;
}

/** Knows which of the allowed writes have had their effect: what is there is read again only then. */
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
