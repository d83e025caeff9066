import { setTimeout as sleep } from "node:timers/promises";

/** Repeats a check until it holds; what it last failed with is the failure. */
export async function eventually<T>(check: () => Promise<T> | T, timeoutMs = 30_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  while (true) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await sleep(100);
  }
}

/** Waits until the account, a record or the page is as it should be. */
export async function waitUntil(
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeoutMs = 15_000,
): Promise<void> {
  await eventually(async () => {
    if (!(await holds())) throw new Error(`Not so in time: ${what}`);
  }, timeoutMs);
}

/** Fails if the check fails at any time of so many milliseconds: for what must not happen. */
export async function assertRemains(check: () => Promise<void> | void, ms: number): Promise<void> {
  const deadline = Date.now() + ms;
  while (Date.now() < deadline) {
    await check();
    await sleep(100);
  }
  await check();
}
