// Replaces the secrets in a text by their labels, for display.
import type { TextRange } from "../../leaks/model.ts";
import { offsetsIn } from "../../leaks/text/lines.ts";
import { MaskedSecret } from "../../openrouter/text/maskedSecret.ts";
import { redact } from "../../openrouter/text/redact.ts";
import { findInText } from "./findInText.ts";

/** Of a longer text, only this many characters on each side of a place are shown. */
const MAX_AROUND = 250_000;

/** Replaces each secret, in whatever form, by its label; lines keep their numbers, unless the text is cut. */
export async function maskText(text: string, place?: Pick<TextRange, "line" | "column">): Promise<string> {
  const found = await findInText(text);
  const isCut = place !== undefined && text.length > 4 * MAX_AROUND;
  const center = isCut ? offsetsIn(text)(place.line, place.column) : 0;
  const [from, to] = isCut
    ? [wordEnd(text, center - MAX_AROUND, -1), wordEnd(text, center + MAX_AROUND, 1)]
    : [0, text.length];
  // A part of a secret would not be recognized.
  const crossing = (offset: number) => found.find(({ start, end }) => start < offset && offset < end);
  let at = Math.max(0, crossing(from)?.start ?? from);
  const last = Math.min(text.length, crossing(to)?.end ?? to);
  let masked = "";
  for (const { secret, start, end } of found) {
    if (end > last) break;
    // What overlaps an earlier one is the same secret, found in two ways.
    if (start >= at) {
      const { label } = new MaskedSecret(secret);
      masked += text.slice(at, start) + label + text.slice(start, end).replace(/[^\r\n]/g, "");
    }
    at = Math.max(at, end);
  }
  return redact(masked + text.slice(at, last));
}

/** Moves an offset out of a word, which may be one that only looks like a secret. */
function wordEnd(text: string, from: number, step: 1 | -1): number {
  let at = from;
  for (let i = 0; i < 400 && /[\w-]/.test(text[step < 0 ? at - 1 : at] ?? ""); i++) at += step;
  return at;
}
