// Checks whether a result is true, independent of its wording.
import { ODD_CELLS } from "./garble.ts";
import type { Answer, Plan, Violation, World } from "./world.ts";

const SECRET = /sk-or-v1-[0-9a-f]{64}/;

/** Matches texts that say that a write took or may have taken effect. */
const SAYS_IT_MAY_HAVE = /may have|might have|accepted|took effect|taken effect/i;

/** Statements that are false for this account and key; only a page of a proxy can suggest them. */
const FALSE_VERDICTS = [
  /wrong, revoked or expired/,
  /personal account/,
  /cannot list workspaces/,
  /inference key/,
  /needs a Provisioning \(Management\) key/,
];
/** Statements that are false about an existing item. */
const FALSE_ABSENCE = /Check the id|no longer exists|does not exist|is gone/;

export const violation = (kind: string, detail: string): Violation => ({ kind, detail: detail.slice(0, 600) });

/** Checks that apply to every result. */
export function judgeAnswer(plan: Plan, { text, isError }: Answer, { account }: World): Violation[] {
  const found: Violation[] = [];
  const add = (kind: string) => found.push(violation(kind, `${plan.tool}: ${text}`));
  if (isError && !/Next: \S|nothing was sent/i.test(text)) add("an error without a next step");
  if (FALSE_VERDICTS.some((verdict) => verdict.test(text))) add("a false verdict on the key or the account");
  if (isError && !plan.missing && FALSE_ABSENCE.test(text)) add("an existing item is reported as missing");
  if (text.includes(account.key.slice("sk-or-v1-".length))) add("the management key in a result");
  if (plan.tool !== "or_key_create" && SECRET.test(text)) add("a secret in a result");
  return found;
}

/**
 * Checks the result of a write.
 * @param took the account now has the requested state
 * @param before it already had that state, so an effect can't be detected
 */
export function judgeWrite({ text, isError }: Answer, took: boolean, before = false): Violation[] {
  if (!isError && !took) return [violation("reported as done, but it is not", text)];
  if (isError && took && !before && !SAYS_IT_MAY_HAVE.test(text))
    return [violation("it took effect, but is reported as failed", text)];
  return [];
}

/** Returns the values of the lines `field: value`. */
export function fieldsOf(text: string): Record<string, string> {
  const found = [...text.matchAll(/^([a-z_]+): (.*)$/gm)].map(([, field, value]) => [field, value]);
  return Object.fromEntries(found);
}

/** True for a cell without a value. */
const isUnknown = (cell: string | undefined) => cell === undefined || /^(-|null|unknown|\?)?$/.test(cell);

/** Finds fields that differ from the account. A field changed by the network may be unknown, but not invented. */
export function judgeFields(
  actual: Record<string, string | undefined>,
  expected: object,
  fields: string[],
  id: string,
  { network }: World,
): Violation[] {
  return fields.flatMap((field) => {
    const value = (expected as Record<string, unknown>)[field];
    const cell = actual[field];
    const agrees = value === null || value === undefined ? isUnknown(cell) : cell === String(value);
    if (agrees || (isUnknown(cell) && network.garbled.get(id)?.has(field))) return [];
    return [violation("a wrong field", `${field} of ${id}: ${cell} instead of ${value}`)];
  });
}

/** Returns how many rows a result says it omits. */
export function unreadRows(text: string): number {
  return [...text.matchAll(/(\d+) of \d+[^.\n]*could not be read and are omitted/g)].reduce(
    (sum, [, n]) => sum + Number(n),
    0,
  );
}

/** Compares a result with that of a good network, except for fields changed by the network and rows reported as omitted. */
export function judgeAgainst(baseline: string, text: string, { network }: World): Violation[] {
  if (text === baseline) return [];
  const truth = baseline.split("\n");
  const changed = new Set([...network.garbled].flatMap(([id, fields]) => (baseline.includes(id) ? [...fields] : [])));
  const partial = unreadRows(text) > 0;
  const lines = text.split("\n").filter((line) => !/could not be read/.test(line));
  // Headers contain counts and sums, which omitted rows change; the note says so.
  const invented = lines.filter(
    (line) =>
      !truth.some((known) => sameCells(line, known, partial)) &&
      !(partial && isHeader(line)) &&
      // A field that is omitted if it is null.
      !ODD_CELLS.includes(cellsOf(line)[1] ?? ""),
  );
  const lost = truth.filter((known) => {
    const field = /^([a-z_]+)[a-z_.]*: /.exec(known)?.[1];
    if (partial || (field && changed.has(field))) return false;
    return !lines.some((line) => sameCells(line, known, partial));
  });
  if (invented.length === 0 && lost.length === 0) return [];
  return [
    violation("figures that differ from the account's", `Shown: ${invented.join("\n")}\nLost: ${lost.join("\n")}`),
  ];
}

/** Returns the cells of a row, or a field and its value. */
function cellsOf(line: string): string[] {
  if (line.includes("\t")) return line.split("\t");
  const end = line.indexOf(": ");
  return end < 0 ? [line] : [line.slice(0, end), line.slice(end + 2)];
}

const isHeader = (line: string) => !line.includes("\t") && /\d/.test(line);

/** True for a smaller sum or part of a list. */
function isPart(cell: string, truth: string): boolean {
  const all = truth.split(",");
  return Number(cell) <= Number(truth) || cell.split(",").every((item) => all.includes(item));
}

/**
 * True for the same line, or one with unknown cells.
 * @param partial rows are omitted, so sums may be smaller
 */
function sameCells(line: string, known: string, partial: boolean): boolean {
  if (line === known) return true;
  const [cells, truth] = [line, known].map(cellsOf) as [string[], string[]];
  return (
    cells.length === truth.length &&
    cells[0] === truth[0] &&
    cells.every(
      (cell, i) =>
        cell === truth[i] || isUnknown(cell) || ODD_CELLS.includes(cell) || (partial && isPart(cell, truth[i] ?? "")),
    )
  );
}
