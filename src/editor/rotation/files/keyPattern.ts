/** A character of a key. */
const KEY_CHAR = "[A-Za-z0-9_-]";
/** Labels hide far more characters of a key than this. */
const MIN_HIDDEN_CHARS = 8;

/**
 * Returns a pattern for the key whose label shows its first and last characters (`sk-or-v1-0e6...1c96`). Matches whole
 * tokens only. Returns undefined if the label shows too few characters to identify the key.
 */
export function keyPattern(label: string): RegExp | undefined {
  const match = /^(sk-or-(?:v\d+-)?)([\w-]*?)(?:\.{2,}|…|\*{2,})([\w-]+)$/.exec(label.trim());
  if (!match) return undefined;
  const [, prefix = "", head = "", tail = ""] = match;
  if (head.length + tail.length < 6) return undefined;
  return new RegExp(`(?<!${KEY_CHAR})${prefix}${head}${KEY_CHAR}{${MIN_HIDDEN_CHARS},}${tail}(?!${KEY_CHAR})`, "g");
}
