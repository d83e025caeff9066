/** Milliseconds. A day is a UTC day, which always has 24 hours. */
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
