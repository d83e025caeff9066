import { setTimeout as sleep } from "node:timers/promises";

/** Repeats a check until it succeeds. @throws the last error on timeout */
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

/** Waits until a condition is met. */
export async function waitUntil(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 15_000,
): Promise<void> {
  await eventually(async () => {
    if (!(await condition())) throw new Error(`Timed out: ${what}`);
  }, timeoutMs);
}

/** Fails if the check fails at any time during `ms` milliseconds. */
export async function assertRemains(check: () => Promise<void> | void, ms: number): Promise<void> {
  const deadline = Date.now() + ms;
  while (Date.now() < deadline) {
    await check();
    await sleep(100);
  }
  await check();
}
