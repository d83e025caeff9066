// Puts untrusted text into Markdown files. Pure.
import { excerpt, oneLine } from "./printable.ts";

/** A table stays readable. */
const MAX_CELL = 200;

/** Anything but characters that can't begin anything in Markdown; dots, underscores and at signs are safe inside a word only. */
const SPECIAL = /(?<=www)\.|(?<![\p{L}\p{N}])[._@]|[._@](?![\p{L}\p{N}])|[^\p{L}\p{M}\p{N} ,;'’"()/%?._@-]/giu;

/** Returns a text on one line in which every character stands for itself: no links, HTML, emphasis or table cells. */
export function markdownText(text: string): string {
  const line = excerpt(oneLine(text), MAX_CELL).trim();
  return line.replace(SPECIAL, (character) => `&#${character.codePointAt(0)};`);
}

/** Returns a name as inline code; as plain text if it has characters that end inline code or a table's cell. */
export function markdownCode(text: string): string {
  const line = excerpt(oneLine(text), MAX_CELL).trim();
  return line === "" || /[`|\\]/.test(line) ? markdownText(line) : `\`${line}\``;
}

/** Converts rows of escaped cells to a table; columns whose cells are all empty are left out. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const used = header.flatMap((_, column) => (rows.some((row) => row[column]) ? [column] : []));
  const line = (cells: readonly string[]) => `| ${used.map((column) => cells[column] ?? "").join(" | ")} |`;
  return [line(header), `|${used.map(() => " --- |").join("")}`, ...rows.map(line)].join("\n");
}
