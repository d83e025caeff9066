import type { ProfileLock } from "./profileChanges.ts";

/** Runs the changes of this window one after another. A browser has no lock that all windows share. */
export function createProfileLock(): ProfileLock {
  let queue: Promise<unknown> = Promise.resolve();
  let pending = 0;
  const lock: ProfileLock = {
    run(change) {
      pending += 1;
      const done = queue.then(change).finally(() => {
        pending -= 1;
      });
      queue = done.catch(() => {});
      return done;
    },
    async runIfFree(change) {
      if (pending === 0) await lock.run(change);
    },
    lastRevision: async () => 0,
    setRevision: async () => {},
  };
  return lock;
}
