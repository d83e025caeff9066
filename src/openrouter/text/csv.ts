import papaparse from "papaparse";

/**
 * Matches texts that a spreadsheet would read as a formula, including full-width signs, and signs after whitespace, quotes
 * or invisible characters that an import may drop. Such texts get an apostrophe in front; numbers stay as they are.
 */
const FORMULA =
  /^[\s\p{Default_Ignorable_Code_Point}\p{Cc}"'`\u2018-\u201f\uff02\uff07]*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212]|^[\t\r\n]/u;

/** Converts rows to CSV with a header. Null and undefined are empty cells. */
export function toCsvText(fields: readonly string[], rows: readonly (readonly unknown[])[]): string {
  return `${papaparse.unparse([[...fields], ...rows.map((row) => [...row])], { escapeFormulae: FORMULA, newline: "\n" })}\n`;
}
