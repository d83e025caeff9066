/**
 * A gate that lets requests through in waves: whatever waits is let through together once no further request has
 * arrived for a while. The number of waves is the depth of requests that depend on each other: round trips without
 * a clock. A client that works longer than `quietMs` between two requests that it could send at once counts one more.
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
    /** How many requests each wave had. */
    sizes,
    /** Resolves with the wave that this request belongs to. */
    admit(): Promise<void> {
      clearTimeout(quiet);
      quiet = setTimeout(release, quietMs);
      return new Promise((resolve) => waiting.push(resolve));
    },
  };
}
