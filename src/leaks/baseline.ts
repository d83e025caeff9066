// The baseline: a file of false alarms that can be committed. It contains salted hashes, so that nobody can tell from it whether
// a text that they guess is one of the secrets without trying each. Pure.
import { createHmac, randomBytes } from "node:crypto";
import { applyEdits, findNodeAtLocation, modify, parseTree, visit } from "jsonc-parser";
import * as z from "zod";
import { findSecrets } from "./detect/findSecrets.ts";

export const MAX_REASON = 500;
/** A larger file is not read, UTF-16 code units. This is enough for thousands of false alarms. */
const MAX_LENGTH = 500_000;
/** The most problems of a file. It may come from anyone, and each takes time to be found in the text and shown. */
const MAX_PROBLEMS = 20;

const falseAlarmSchema = z.strictObject({
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe("HMAC-SHA-256 of the secret with the file's salt, 64 hex digits."),
  reason: z.string().trim().min(1).max(MAX_REASON).describe("Why it is no leak."),
  date: z.iso.date().describe("The day on which it was added, UTC."),
});

export const baselineSchema = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1),
  salt: z
    .string()
    .regex(/^([0-9a-f]{2}){16,64}$/)
    .describe("Random for each file. Without it no hash can be compared: don't change it."),
  falseAlarms: z.array(falseAlarmSchema).describe("Texts that look like OpenRouter keys, but are no leaks."),
});

export type Baseline = z.infer<typeof baselineSchema>;

/** Why a baseline can't be used, with the part of its text that is wrong. */
export interface BaselineProblem {
  code: "notFile" | "tooLarge" | "syntax" | "unknown" | "missing" | "invalid";
  /** The property, as in `falseAlarms[0].hash`; empty for the whole file. */
  path: string;
  start: number;
  end: number;
}

export type ReadBaseline = { baseline: Baseline } | { problems: BaselineProblem[] };

/** Parses the text of a baseline file strictly: what is not understood is a problem. Never throws. */
export function readBaseline(text: string): ReadBaseline {
  const whole = (code: BaselineProblem["code"]) => ({ problems: [{ code, path: "", start: 0, end: text.length }] });
  if (text.length > MAX_LENGTH) return whole("tooLarge");
  const bom = text.startsWith("\uFEFF") ? 1 : 0;
  const json = text.slice(bom);
  try {
    const value = parseJson(json);
    if (value === undefined) {
      const { offset, length } = firstError(json) ?? { offset: 0, length: json.length };
      const start = Math.min(offset + bom, text.length);
      return {
        problems: [{ code: "syntax", path: "", start, end: Math.min(start + Math.max(length, 1), text.length) }],
      };
    }
    const issues = validate(value);
    if ("baseline" in issues) return issues;
    return {
      problems: locate(json, issues.issues).map((one) => ({ ...one, start: one.start + bom, end: one.end + bom })),
    };
  } catch {
    // Nested so deeply that the parser fails.
    return whole("syntax");
  }
}

interface Issue {
  path: readonly (string | number)[];
  isUnknown: boolean;
}

/** Checks false alarms one by one, so that a file of invalid ones is given up early. */
function validate(value: unknown): { baseline: Baseline } | { issues: Issue[] } {
  const alarms: unknown = isObject(value) ? value.falseAlarms : undefined;
  const list: unknown[] = Array.isArray(alarms) ? alarms : [];
  const frame = baselineSchema.safeParse(Array.isArray(alarms) ? { ...(value as object), falseAlarms: [] } : value);
  const issues = frame.success ? [] : issuesOf(frame.error);
  const falseAlarms: Baseline["falseAlarms"] = [];
  for (const [i, one] of list.entries()) {
    const parsed = falseAlarmSchema.safeParse(one);
    if (parsed.success) falseAlarms.push(parsed.data);
    else issues.push(...issuesOf(parsed.error, ["falseAlarms", i]));
    if (issues.length >= MAX_PROBLEMS) break;
  }
  if (frame.success && issues.length === 0) return { baseline: { ...frame.data, falseAlarms } };
  return { issues: issues.slice(0, MAX_PROBLEMS) };
}

function issuesOf({ issues }: z.ZodError, parent: Issue["path"] = []): Issue[] {
  const all = issues.flatMap((issue) => {
    const path = [...parent, ...issue.path.filter((part) => typeof part !== "symbol")];
    if (issue.code !== "unrecognized_keys") return [{ path, isUnknown: false }];
    return issue.keys.slice(0, MAX_PROBLEMS).map((key) => ({ path: [...path, key], isUnknown: true }));
  });
  return all.slice(0, MAX_PROBLEMS);
}

/** Finds the part of the text that each issue is about. */
function locate(json: string, issues: readonly Issue[]): BaselineProblem[] {
  const tree = parseTree(json);
  if (!tree) return [];
  return issues.map(({ path, isUnknown }) => {
    const found = findNodeAtLocation(tree, [...path]);
    const node = found ?? findNodeAtLocation(tree, path.slice(0, -1)) ?? tree;
    // An unknown property is marked as a whole, with its name.
    const { offset, length } = isUnknown ? (node.parent ?? node) : node;
    const code = isUnknown ? "unknown" : found ? "invalid" : "missing";
    return { code, path: pathText(path), start: offset, end: offset + length };
  });
}

function firstError(json: string): { offset: number; length: number } | undefined {
  let first: { offset: number; length: number } | undefined;
  class FoundError extends Error {}
  try {
    visit(
      json,
      {
        onError(_, offset, length) {
          first = { offset, length };
          throw new FoundError();
        },
      },
      { disallowComments: true },
    );
  } catch (error) {
    if (!(error instanceof FoundError)) throw error;
  }
  return first;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Returns a function that tells whether a secret is one of the false alarms. */
export function falseAlarmsOf({ salt, falseAlarms }: Baseline): (secret: string) => boolean {
  const hashes = new Set(falseAlarms.map(({ hash }) => hash));
  return (secret) => hashes.size > 0 && hashes.has(hashSecret(salt, secret));
}

/**
 * Adds a false alarm to the text of a baseline, or creates one, and returns the new text. Formatting and everything else stay.
 * @param text undefined if there is no file
 * @param date YYYY-MM-DD, UTC
 * @throws Error if the text is no valid baseline, or if the reason contains a secret
 */
export function addFalseAlarm(
  text: string | undefined,
  secret: string,
  { reason, date }: { reason: string; date: string },
): string {
  if (findSecrets(reason).length > 0) throw new Error("The reason contains a secret.");
  const read: ReadBaseline = text?.trim()
    ? readBaseline(text)
    : { baseline: { version: 1, salt: randomBytes(32).toString("hex"), falseAlarms: [] } };
  if (!("baseline" in read)) throw new Error("The baseline is not valid.");
  const { baseline } = read;
  if (falseAlarmsOf(baseline)(secret)) return text ?? "";
  const added = { hash: hashSecret(baseline.salt, secret), reason, date };
  if (!text?.trim()) return `${JSON.stringify({ ...baseline, falseAlarms: [added] }, null, 2)}\n`;
  const bom = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const json = text.slice(bom.length);
  const edits = modify(json, ["falseAlarms", baseline.falseAlarms.length], added, {
    isArrayInsertion: true,
    formattingOptions: formattingOf(json),
  });
  const edited = bom + applyEdits(json, edits);
  const now = readBaseline(edited);
  // A property that is there twice.
  if (!("baseline" in now && falseAlarmsOf(now.baseline)(secret)))
    throw new Error("The baseline could not be changed.");
  return edited;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function hashSecret(salt: string, secret: string): string {
  return createHmac("sha256", Buffer.from(salt, "hex")).update(secret).digest("hex");
}

function formattingOf(text: string) {
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ";
  const insertSpaces = !indent.startsWith("\t");
  return { insertSpaces, tabSize: insertSpaces ? indent.length : 1, eol: text.includes("\r\n") ? "\r\n" : "\n" };
}

function pathText(path: readonly (string | number)[]): string {
  return path.map((part, i) => (typeof part === "number" ? `[${part}]` : i === 0 ? part : `.${part}`)).join("");
}
