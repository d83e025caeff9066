/** Adds USD amounts or counts. Drops float noise below 1e-10; rounds nothing else. */
export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return dropFloatNoise(total);
}

/** Returns the sum, or undefined if any value is unknown. */
export function sumKnown(values: Iterable<number | undefined>): number | undefined {
  const known: number[] = [];
  for (const value of values) {
    if (value === undefined) return undefined;
    known.push(value);
  }
  return sum(known);
}

/** Rounds to 10 decimals, which removes the noise of binary fractions (0.1 + 0.2). */
export function dropFloatNoise(value: number): number {
  // Adding 0 turns -0 into 0.
  if (Number.isInteger(value)) return value + 0;
  const scaled = value * 1e10;
  // Much faster than toFixed, with the same result while integers are exact.
  return Math.abs(scaled) < Number.MAX_SAFE_INTEGER ? Math.round(scaled) / 1e10 + 0 : Number(value.toFixed(10));
}

/** Returns the UTC day, YYYY-MM-DD. */
export function utcDay(at: Date = new Date()): string {
  return at.toISOString().slice(0, 10);
}

/** Groups items by name and adds up the figures of each group, largest `usage` first. */
export function groupBy<T>(
  items: Iterable<T>,
  name: (item: T) => string,
  measure: (item: T) => Record<string, number>,
): { name: string; figures: Record<string, number> }[] {
  const groups = new Map<string, Record<string, number>>();
  for (const item of items) {
    const figures = groups.get(name(item)) ?? {};
    for (const [field, value] of Object.entries(measure(item))) figures[field] = (figures[field] ?? 0) + value;
    groups.set(name(item), figures);
  }
  return [...groups]
    .map(([group, figures]) => ({
      name: group,
      figures: Object.fromEntries(Object.entries(figures).map(([field, value]) => [field, dropFloatNoise(value)])),
    }))
    .sort((a, b) => (b.figures.usage ?? 0) - (a.figures.usage ?? 0));
}
