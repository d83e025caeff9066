import { oneLine } from "../../openrouter/text/printable.ts";

/**
 * Makes a text from the account safe for labels and messages: one line, and no icon (`$(…)`) or link (`[…](…)`) syntax
 * that VS Code would render.
 */
export function safeLabel(text: string): string {
  return oneLine(text).replace(/([$\]])\(/g, "$1\u200b(");
}
