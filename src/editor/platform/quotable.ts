import { excerpt } from "../../openrouter/text/printable.ts";
import { safeLabel } from "./safeLabel.ts";

/** Makes a text from the account or an agent safe to quote: one line, at most `max` characters, no double quotes. */
export function quotable(text: string, max: number): string {
  return excerpt(safeLabel(text).trim(), max).replace(/["“”„‟«»]/g, "'");
}

/** Formats a value of unknown type as JSON on one line, at most `max` characters. */
export function jsonText(value: unknown, max: number): string {
  return excerpt(safeLabel(JSON.stringify(value)), max);
}

/** Escapes characters that `quotable` hides or replaces, as in `\u{200b}`, so that different texts look different. */
export function escapeHidden(text: string): string {
  const escapeChar = (char: string) => `\\u{${char.codePointAt(0)?.toString(16)}}`;
  return Array.from(text, (char) => (char === " " || quotable(char, 2) === char ? char : escapeChar(char)))
    .join("")
    .replace(/^ | $/g, escapeChar);
}
