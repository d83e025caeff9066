/** Adds figures of USD or counts; the noise of binary fractions beyond 1e-10 is dropped, nothing else is rounded. */
export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return dropFloatNoise(total);
}

/** The sum, or undefined where one of the values is not known. */
export function sumKnown(values: Iterable<number | undefined>): number | undefined {
  const known: number[] = [];
  for (const value of values) {
    if (value === undefined) return undefined;
    known.push(value);
  }
  return sum(known);
}

/** Drops the noise of binary fractions (0.1 + 0.2) beyond 1e-10. */
export function dropFloatNoise(value: number): number {
  // Adding 0 makes a zero of what would be shown as -0.
  if (Number.isInteger(value)) return value + 0;
  const scaled = value * 1e10;
  // Far quicker than through text, and the same, as long as whole numbers are exact.
  return Math.abs(scaled) < Number.MAX_SAFE_INTEGER ? Math.round(scaled) / 1e10 + 0 : Number(value.toFixed(10));
}

/** A day as the API counts it: YYYY-MM-DD in UTC. */
export function utcDay(at: Date = new Date()): string {
  return at.toISOString().slice(0, 10);
}

/** Groups items and adds what `measure` gives of each, largest `usage` first. */
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
