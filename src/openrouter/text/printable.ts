// Text from the account is data: what a terminal would obey, what reorders text and what nobody sees is taken out.

/**
 * Escape sequences of terminals, of seven or eight bits: strings with their end (OSC, DCS, …), CSI, and short ones. A
 * string holds no beginning of another, which keeps the search linear.
 */
const ESCAPE =
  /(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90\x98\x9c-\x9f\r\n]*(?:\x07|\x1b\\|\x9c)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]/g;

/** The flag of a part of a country, a key cap, or pictographs with what joins them: these joiners are seen. */
const PICTOGRAPH = "\\p{Extended_Pictographic}(?:\\ufe0f|\\p{Emoji_Modifier})?";
const FLAG =
  "\\u{1f3f4}\\u{e0067}\\u{e0062}(?:\\u{e0065}\\u{e006e}\\u{e0067}|\\u{e0073}\\u{e0063}\\u{e0074}|\\u{e0077}\\u{e006c}\\u{e0073})\\u{e007f}";
const EMOJI = `${FLAG}|[0-9#*]\\ufe0f\\u20e3|${PICTOGRAPH}(?:\\u200d${PICTOGRAPH})*`;
/** Also marks that reorder text, and annotations between lines. */
const INVISIBLE = "[\\p{Default_Ignorable_Code_Point}\\p{Bidi_Control}\\ufff9-\\ufffb]";
const CONTROL = "[\\p{Cc}\\u2028\\u2029]";
const UNSAFE = new RegExp(`(${EMOJI})|(${INVISIBLE})|${CONTROL}`, "gu");

/** Puts text on one line: line breaks, tabs and control characters become blanks; escapes and invisible characters go. */
export function oneLine(text: string): string {
  return clean(text, "");
}

/** Like `oneLine`, but keeps line breaks and tabs. */
export function printable(text: string): string {
  return clean(text, "\n\t");
}

function clean(text: string, kept: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  // What remains may form an escape sequence anew only with an escape character, and those go below.
  return text
    .toWellFormed()
    .replace(ESCAPE, "")
    .replace(UNSAFE, (found, emoji, invisible) => emoji ?? (invisible ? "" : kept.includes(found) ? found : " "));
}

/**
 * Cuts text that is longer than `max` characters and says how many are left out: `… +996,000`. Never cuts within what is
 * seen as one character.
 */
export function excerpt(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = boundary(text, max);
  return `${text.slice(0, end)}… +${(text.length - end).toLocaleString("en-US")}`;
}

/** A longer chain of combining marks is cut anywhere. */
const MAX_GRAPHEME = 32;

function boundary(text: string, at: number): number {
  const start = Math.max(0, at - MAX_GRAPHEME);
  const around = text.slice(start, at + MAX_GRAPHEME);
  const segment = new Intl.Segmenter("en").segment(around).containing(at - start);
  if (segment && segment.index > 0) return start + segment.index;
  return /[\ud800-\udbff]/.test(text[at - 1] ?? "") ? at - 1 : at;
}
