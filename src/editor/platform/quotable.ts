import { excerpt } from "../../openrouter/text/printable.ts";
import { safeLabel } from "./safeLabel.ts";

/** A text from the account or the agent, as it may stand in quotation marks: on one line, cut at `max`, without marks of its own. */
export function quotable(text: string, max: number): string {
  return excerpt(safeLabel(text).trim(), max).replace(/["“”„‟«»]/g, "'");
}

/** A value of a form that is not known, as JSON on one line, cut at `max`. */
export function jsonText(value: unknown, max: number): string {
  return excerpt(safeLabel(JSON.stringify(value)), max);
}

/** Spells out what a quotation hides or replaces, as in `\u{200b}`: texts that differ then look different. */
export function escapeHidden(text: string): string {
  const spelled = (char: string) => `\\u{${char.codePointAt(0)?.toString(16)}}`;
  return Array.from(text, (char) => (char === " " || quotable(char, 2) === char ? char : spelled(char)))
    .join("")
    .replace(/^ | $/g, spelled);
}
