/** A text that was decoded from another, with the range of the original that each of its characters comes from. */
export interface DecodedText {
  text: string;
  start(offset: number): number;
  end(offset: number): number;
}

/**
 * False if a text that was decoded from where a secret seems to begin can't be one. Keeps the search fast in texts that
 * consist of beginnings.
 */
export function beginsLikeSecret(text: string): boolean {
  const letters = text.replace(/%2d|[^a-z0-9]/gi, "").toLowerCase();
  return /^skorv1(?![g-tv-wyz])/.test(letters) || "skorv1".startsWith(letters);
}
