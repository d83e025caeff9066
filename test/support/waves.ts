/**
 * Holds requests back and releases them together once no further one has arrived for `quietMs`. The number of such waves is the
 * depth of dependent requests: round trips, measured without a clock. A client that takes longer than `quietMs` between two
 * independent requests counts as one wave more.
 */
export function createRequestWaves(quietMs: number) {
  let waiting: (() => void)[] = [];
  let quiet: NodeJS.Timeout | undefined;
  const sizes: number[] = [];

  function release(): void {
    const wave = waiting;
    waiting = [];
    sizes.push(wave.length);
    for (const pass of wave) pass();
  }

  return {
    /** The number of requests in each wave. */
    sizes,
    /** Resolves when this request's wave is released. */
    admit(): Promise<void> {
      clearTimeout(quiet);
      quiet = setTimeout(release, quietMs);
      return new Promise((resolve) => waiting.push(resolve));
    },
  };
}
