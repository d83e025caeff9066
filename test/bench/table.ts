export interface Pair<T> {
  ours: T;
  theirs: T;
}

export interface Row extends Pair<number | string> {
  measure: string;
  target?: string;
}

export function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** Prints rows in columns; with a peer, also its figures and the ratio. */
export function print(rows: Row[], peer?: string): void {
  const show = (value: number | string) =>
    typeof value === "string" ? value : Number.isInteger(value) ? String(value) : value.toFixed(1);
  const cells = rows.map(({ measure, ours, theirs, target = "" }) => {
    const ratio = typeof ours === "number" && typeof theirs === "number" ? (ours / theirs).toFixed(2) : "";
    return [measure, show(ours), show(theirs), ratio, target];
  });
  const all = [["measure", "ours", peer ?? "", "ratio", "target"], ...cells];
  const columns = peer === undefined ? [0, 1, 4] : [0, 1, 2, 3, 4];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  for (const row of all) {
    const line = columns.map((column) =>
      column ? row[column]!.padStart(widths[column]!) : row[0]!.padEnd(widths[0]!),
    );
    console.log(line.join("  "));
  }
}
