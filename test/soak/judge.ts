// What is true of an answer, whatever its wording.
import { ODD_CELLS } from "./garble.ts";
import type { Answer, Plan, Violation, World } from "./world.ts";

const SECRET = /sk-or-v1-[0-9a-f]{64}/;

/** Says that a write may have taken effect, or that it did. */
const SAYS_IT_MAY_HAVE = /may have|might have|accepted|took effect|taken effect/i;

/** Said of this account and its key, each of these is false: only a page or a proxy can have suggested it. */
const FALSE_VERDICTS = [
  /wrong, revoked or expired/,
  /personal account/,
  /cannot list workspaces/,
  /inference key/,
  /needs a Provisioning \(Management\) key/,
];
/** The same of a thing that exists. */
const FALSE_ABSENCE = /Check the id|no longer exists|does not exist|is gone/;

export const violation = (kind: string, detail: string): Violation => ({ kind, detail: detail.slice(0, 600) });

/** What holds of every answer. */
export function judgeAnswer(plan: Plan, { text, isError }: Answer, { account }: World): Violation[] {
  const found: Violation[] = [];
  const add = (kind: string) => found.push(violation(kind, `${plan.tool}: ${text}`));
  if (isError && !/Next: \S|nothing was sent/i.test(text)) add("an error without a next step");
  if (FALSE_VERDICTS.some((verdict) => verdict.test(text))) add("a false verdict on the key or the account");
  if (isError && !plan.missing && FALSE_ABSENCE.test(text)) add("what exists is told as absent");
  if (text.includes(account.key.slice("sk-or-v1-".length))) add("the management key in an answer");
  if (plan.tool !== "or_key_create" && SECRET.test(text)) add("a secret in an answer");
  return found;
}

/**
 * @param took whether the account has what was asked for now
 * @param before whether it had it before: an effect cannot be told then
 */
export function judgeWrite({ text, isError }: Answer, took: boolean, before = false): Violation[] {
  if (!isError && !took) return [violation("told as done, and it is not", text)];
  if (isError && took && !before && !SAYS_IT_MAY_HAVE.test(text))
    return [violation("it took effect and is told as failed", text)];
  return [];
}

/** The lines `field: value` of a text. */
export function fieldsOf(text: string): Record<string, string> {
  const found = [...text.matchAll(/^([a-z_]+): (.*)$/gm)].map(([, field, value]) => [field, value]);
  return Object.fromEntries(found);
}

/** A cell that says that the API did not. */
const isUnknown = (cell: string | undefined) => cell === undefined || /^(-|null|unknown|\?)?$/.test(cell);

/** Fields that are shown otherwise than the account has them. One that the network spoilt may be left open, not invented. */
export function judgeFields(
  shown: Record<string, string | undefined>,
  truth: object,
  fields: string[],
  id: string,
  { network }: World,
): Violation[] {
  return fields.flatMap((field) => {
    const value = (truth as Record<string, unknown>)[field];
    const cell = shown[field];
    const agrees = value === null || value === undefined ? isUnknown(cell) : cell === String(value);
    if (agrees || (isUnknown(cell) && network.garbled.get(id)?.has(field))) return [];
    return [violation("a field that is not so", `${field} of ${id}: ${cell} instead of ${value}`)];
  });
}

/** How many rows an answer says that it left out. */
export function unreadRows(text: string): number {
  return [...text.matchAll(/(\d+) of (?:the )?\d+[^.\n]*could not be read/g)].reduce(
    (sum, [, n]) => sum + Number(n),
    0,
  );
}

/** An answer that should be as it was over a good network, but for what the network spoilt or the answer says is left out. */
export function judgeAgainst(baseline: string, text: string, { network }: World): Violation[] {
  if (text === baseline) return [];
  const truth = baseline.split("\n");
  const spoilt = new Set([...network.garbled].flatMap(([id, fields]) => (baseline.includes(id) ? [...fields] : [])));
  const partial = unreadRows(text) > 0;
  const lines = text.split("\n").filter((line) => !/could not be read/.test(line));
  // Heads carry counts and sums, which rows left out change; the note says so.
  const invented = lines.filter(
    (line) =>
      !truth.some((known) => sameCells(line, known, partial)) &&
      !(partial && isHead(line)) &&
      // A field that is left out where it is null.
      !ODD_CELLS.includes(cellsOf(line)[1] ?? ""),
  );
  const lost = truth.filter((known) => {
    const field = /^([a-z_]+)[a-z_.]*: /.exec(known)?.[1];
    if (partial || (field && spoilt.has(field))) return false;
    return !lines.some((line) => sameCells(line, known, partial));
  });
  if (invented.length === 0 && lost.length === 0) return [];
  return [
    violation("figures that differ from the account's", `Shown: ${invented.join("\n")}\nLost: ${lost.join("\n")}`),
  ];
}

/** The cells of a row, or a field and its value. */
function cellsOf(line: string): string[] {
  if (line.includes("\t")) return line.split("\t");
  const end = line.indexOf(": ");
  return end < 0 ? [line] : [line.slice(0, end), line.slice(end + 2)];
}

const isHead = (line: string) => !line.includes("\t") && /\d/.test(line);

/** A smaller sum, or fewer of a list. */
function isPart(cell: string, truth: string): boolean {
  const all = truth.split(",");
  return Number(cell) <= Number(truth) || cell.split(",").every((item) => all.includes(item));
}

/**
 * The same line, or one with cells left open.
 * @param partial rows were left out, so that sums may be smaller
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
