// Text from the account is untrusted: terminal escapes, bidirectional controls and invisible characters are stripped.

/**
 * Terminal escape sequences, 7-bit or 8-bit: terminated strings (OSC, DCS, …), CSI, and short ones. A string cannot
 * contain the start of another, which keeps the search linear.
 */
const ESCAPE =
  /(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90\x98\x9c-\x9f\r\n]*(?:\x07|\x1b\\|\x9c)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]/g;

/** Subdivision flags, keycaps and pictographs with their joiners: invisible characters that must stay. */
const PICTOGRAPH = "\\p{ExtPict}(?:\ufe0f|\\p{EMod})?";
const FLAG =
  "\u{1f3f4}\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})\u{e007f}";
const EMOJI = `${FLAG}|[0-9#*]\ufe0f\u20e3|${PICTOGRAPH}(?:\u200d${PICTOGRAPH})*`;
/** `DI` is Default_Ignorable_Code_Point. Includes bidirectional controls and interlinear annotations. */
const INVISIBLE = "[\\p{DI}\\p{Bidi_C}\ufff9-\ufffb]";
const CONTROL = "[\\p{Cc}\u2028\u2029]";
const UNSAFE = new RegExp(`(${EMOJI})|(${INVISIBLE})|${CONTROL}`, "gu");

type Redact = (text: string) => string;

/**
 * Puts text on one line: turns line breaks, tabs and control characters into spaces; strips escapes and invisible characters.
 * @param redact called without escapes, which may split a secret, but with line breaks, which show how one is split
 */
export function oneLine(text: string, redact?: Redact): string {
  return clean(text, "", redact);
}

/** Like `oneLine`, but keeps line breaks and tabs. */
export function printable(text: string, redact?: Redact): string {
  return clean(text, "\n\t", redact);
}

function clean(text: string, keep: string, redact: Redact = (shown) => shown): string {
  if (/^[\x20-\x7e]*$/.test(text)) return redact(text);
  // The remaining parts could form a new sequence only with an escape character, which the second replace strips.
  return redact(text.toWellFormed().replace(ESCAPE, "")).replace(
    UNSAFE,
    (found, emoji, invisible) => emoji ?? (invisible ? "" : keep.includes(found) ? found : " "),
  );
}

/**
 * Truncates text to `max` characters and appends how many were left out: `… +996,000`. Never splits a grapheme.
 */
export function excerpt(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = graphemeBoundary(text, max);
  return `${text.slice(0, end)}… +${(text.length - end).toLocaleString("en-US")}`;
}

/** Longer chains of combining marks may be split. */
const MAX_GRAPHEME = 32;

function graphemeBoundary(text: string, at: number): number {
  const start = Math.max(0, at - MAX_GRAPHEME);
  const around = text.slice(start, at + MAX_GRAPHEME);
  const segment = new Intl.Segmenter("en").segment(around).containing(at - start);
  if (segment && segment.index > 0) return start + segment.index;
  return /[\ud800-\udbff]/.test(text[at - 1] ?? "") ? at - 1 : at;
}
