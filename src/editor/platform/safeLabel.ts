import { oneLine } from "../../openrouter/text/printable.ts";

/**
 * A name from the account as VS Code may show it: on one line, and neither an icon (`$(…)`) nor a link (`[…](…)`),
 * which labels and messages would make of it.
 */
export function safeLabel(text: string): string {
  return oneLine(text).replace(/([$\]])\(/g, "$1\u200b(");
}
