/** Escape sequences, control characters, marks that reorder text, and characters that nobody sees. */
const UNSAFE =
  /\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x1f\x7f-\x9f]|[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

/** Text from the account is data: on one line, without what is no text. */
export function oneLine(text: string): string {
  return text.replace(UNSAFE, " ");
}

/** Text without what is no text; line breaks and tabs stay. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (found) => (found === "\n" || found === "\t" ? found : " "));
}
