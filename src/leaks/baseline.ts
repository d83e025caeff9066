// The baseline: a file of false alarms that can be committed. It contains salted hashes, so that nobody can tell from it whether
// a text that they guess is one of the secrets without trying each. Pure.
import { createHmac, randomBytes } from "node:crypto";
import { applyEdits, findNodeAtLocation, modify, type ParseError, parseTree } from "jsonc-parser";
import * as z from "zod";
import { findSecrets } from "./detect/findSecrets.ts";

export const MAX_REASON = 500;
/** A larger file is not read, UTF-16 code units. */
const MAX_LENGTH = 4_000_000;

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
  code: "tooLarge" | "syntax" | "unknown" | "missing" | "invalid";
  /** The property, as in `falseAlarms[0].hash`; empty for the whole file. */
  path: string;
  start: number;
  end: number;
}

export type ReadBaseline = { baseline: Baseline } | { problems: BaselineProblem[] };

/** Parses the text of a baseline file strictly: what is not understood is a problem. */
export function readBaseline(text: string): ReadBaseline {
  const whole = (code: BaselineProblem["code"]) => ({ problems: [{ code, path: "", start: 0, end: text.length }] });
  if (text.length > MAX_LENGTH) return whole("tooLarge");
  const bom = text.startsWith("\uFEFF") ? 1 : 0;
  const errors: ParseError[] = [];
  const tree = parseTree(text.slice(bom), errors, { disallowComments: true });
  if (errors.length > 0 || !tree)
    return {
      problems: errors.map(({ offset, length }) => {
        const start = Math.min(offset + bom, text.length);
        return { code: "syntax", path: "", start, end: Math.min(start + Math.max(length, 1), text.length) };
      }),
    };
  const value = parseJson(text.slice(bom));
  if (value === undefined) return whole("syntax");
  const parsed = baselineSchema.safeParse(value);
  if (parsed.success) return { baseline: parsed.data };
  const problems = parsed.error.issues.flatMap((issue) => {
    const paths = issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    return paths.map((path): BaselineProblem => {
      const known = path.filter((part) => typeof part !== "symbol");
      const found = findNodeAtLocation(tree, known);
      const node = found ?? findNodeAtLocation(tree, known.slice(0, -1)) ?? tree;
      // An unknown property is marked as a whole, with its name.
      const { offset, length } = issue.code === "unrecognized_keys" ? (node.parent ?? node) : node;
      const code = issue.code === "unrecognized_keys" ? "unknown" : found ? "invalid" : "missing";
      return { code, path: pathText(known), start: offset + bom, end: offset + length + bom };
    });
  });
  return { problems };
}

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
