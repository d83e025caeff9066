// Replaces the secrets in a text by their labels, for display.
import { MaskedSecret } from "../../openrouter/text/maskedSecret.ts";
import { redact } from "../../openrouter/text/redact.ts";
import { findInText } from "./findInText.ts";

/** Replaces each secret, in whatever form, by its label; lines keep their numbers. */
export async function maskText(text: string): Promise<string> {
  const starts = lineStarts(text);
  let masked = "";
  let at = 0;
  for (const { secret, line, column, endLine, endColumn } of await findInText(text)) {
    const [start, end] = [starts[line - 1]! + column - 1, starts[endLine - 1]! + endColumn - 1];
    // What overlaps an earlier one is the same secret, found in two ways.
    if (start >= at) {
      const breaks = text.slice(start, end).replace(/[^\r\n]/g, "");
      masked += text.slice(at, start) + new MaskedSecret(secret).label + breaks;
    }
    at = Math.max(at, end);
  }
  return redact(masked + text.slice(at));
}

function lineStarts(text: string): number[] {
  return [0, ...Array.from(text.matchAll(/\r\n|\r|\n/g), ({ index, 0: lineBreak }) => index + lineBreak.length)];
}
