import type { ProfileLock } from "./profileChanges.ts";

/** Runs the changes of this window one after another. A browser has no lock that all windows share. */
export function createProfileLock(): ProfileLock {
  let queue: Promise<unknown> = Promise.resolve();
  return {
    run(change) {
      const done = queue.then(change);
      queue = done.catch(() => {});
      return done;
    },
    lastRevision: async () => 0,
    setRevision: async () => {},
  };
}
