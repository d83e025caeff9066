const retries = new WeakMap<object, () => Promise<void>>();

/**
 * What was asked for is not asked again after a failure: Retry does the work once more, not the questions before it.
 * @param then what follows the work; its failures are not retried, so that nothing is sent twice
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

export function retryFor(error: unknown): (() => Promise<void>) | undefined {
  return error instanceof Error ? retries.get(error) : undefined;
}
