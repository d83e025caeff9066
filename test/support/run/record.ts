/** The environment variable that names the file in which the reporter records each result. */
export const RECORD_VARIABLE = "OPENROUTER_TEST_RECORD";

/** One line of that file, as JSON. The last line of a run that came to its end is "end". */
export type RecordLine =
  | { kind: "pass" | "fail" | "pending" | "retry"; title: string; file?: string }
  | { kind: "duration"; file: string; ms: number }
  | { kind: "end" };

/** The results of one or more Mocha processes. */
export interface Totals {
  passed: number;
  pending: number;
  failed: string[];
  retried: string[];
  /** What failed in a file that was then run again from its beginning; the other figures are those of the second run. */
  failedFirst: string[];
  /** How long each file took, by its path. */
  durations: Map<string, number>;
}

export function emptyTotals(): Totals {
  return { passed: 0, pending: 0, failed: [], retried: [], failedFirst: [], durations: new Map() };
}

export function readLines(text: string): RecordLine[] {
  return text.split("\n").filter(Boolean).flatMap(parseLine);
}

/** The files in which something failed; all of them where that is not known. */
export function failedFiles(lines: RecordLine[], files: string[]): string[] {
  const failed = lines.flatMap((line) => (line.kind === "fail" ? [line.file ?? ""] : []));
  const isKnown = lines.at(-1)?.kind === "end" && failed.every((file) => files.includes(file));
  return isKnown ? files.filter((file) => failed.includes(file)) : files;
}

/** Counts what a Mocha process recorded. One that did not come to its end, or ran no test, has failed. */
export function countRecord(lines: RecordLine[], process: string): Totals {
  const titles = (kind: string) => lines.flatMap((line) => (line.kind === kind && "title" in line ? [line.title] : []));
  const totals: Totals = {
    passed: titles("pass").length,
    pending: titles("pending").length,
    failed: titles("fail"),
    retried: titles("retry"),
    failedFirst: [],
    durations: new Map(),
  };
  for (const line of lines)
    if (line.kind === "duration") totals.durations.set(line.file, (totals.durations.get(line.file) ?? 0) + line.ms);
  if (lines.at(-1)?.kind !== "end") totals.failed.push(`${process} did not come to its end`);
  else if (totals.passed + totals.pending + totals.failed.length === 0) totals.failed.push(`${process} ran no test`);
  return totals;
}

/** A line that a process could not finish is left out: it did not come to its end. */
function parseLine(line: string): RecordLine[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}

export function addTotals(to: Totals, { passed, pending, failed, retried, failedFirst, durations }: Totals): void {
  to.passed += passed;
  to.pending += pending;
  to.failed.push(...failed);
  to.retried.push(...retried);
  to.failedFirst.push(...failedFirst);
  for (const [file, ms] of durations) to.durations.set(file, ms);
}
