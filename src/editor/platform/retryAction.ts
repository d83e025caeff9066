const retries = new WeakMap<object, () => Promise<void>>();

/**
 * Runs `work`. If it fails, Retry repeats only `work`, without asking the user again.
 * @param then runs after `work`; its errors can't be retried, so that nothing is sent twice
 */
export async function runRetriable<T>(
  work: () => Promise<T>,
  then: (result: T) => Promise<void> | void,
): Promise<void> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    if (error instanceof Error) retries.set(error, () => runRetriable(work, then));
    throw error;
  }
  await then(result);
}

/** Returns the action for the Retry button of an error; undefined if the whole command has to run again. */
export function retryFor(error: unknown): (() => Promise<void>) | undefined {
  return error instanceof Error ? retries.get(error) : undefined;
}
