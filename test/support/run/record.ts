/** The environment variable with the path of the file to which the reporter writes each result. */
export const RECORD_VARIABLE = "OPENROUTER_TEST_RECORD";

/** One line of that file, as JSON. A complete run ends with "end". */
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
  /** Tests that failed in files that were then run again; the other results are those of the second run. */
  failedFirst: string[];
  /** Milliseconds by file. */
  durations: Map<string, number>;
}

export function emptyTotals(): Totals {
  return { passed: 0, pending: 0, failed: [], retried: [], failedFirst: [], durations: new Map() };
}

export function readLines(text: string): RecordLine[] {
  return text.split("\n").filter(Boolean).flatMap(parseLine);
}

/** Returns the files with failed tests; all files if that is unknown. */
export function failedFiles(lines: RecordLine[], files: string[]): string[] {
  const failed = lines.flatMap((line) => (line.kind === "fail" ? [line.file ?? ""] : []));
  const isKnown = lines.at(-1)?.kind === "end" && failed.every((file) => files.includes(file));
  return isKnown ? files.filter((file) => failed.includes(file)) : files;
}

/** Counts the results of a Mocha process. One that did not finish, or ran no test, counts as failed. */
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
  if (lines.at(-1)?.kind !== "end") totals.failed.push(`${process} did not finish`);
  else if (totals.passed + totals.pending + totals.failed.length === 0) totals.failed.push(`${process} ran no test`);
  return totals;
}

/** Skips an incomplete line, which an interrupted process leaves. */
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
