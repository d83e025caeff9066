/** The characters that a key is made of. */
const PART = "[A-Za-z0-9_-]";
/** What labels hide of a key is longer than this, by far. */
const MIN_HIDDEN = 8;

/**
 * Finds a key by the beginning and the end that its label shows (`sk-or-v1-0e6...1c96`), as a whole token and never as
 * a part of a longer one; undefined for a label that shows too little to tell keys apart.
 */
export function keyPattern(label: string): RegExp | undefined {
  const match = /^(sk-or-(?:v\d+-)?)([\w-]*?)(?:\.{2,}|…|\*{2,})([\w-]+)$/.exec(label.trim());
  if (!match) return undefined;
  const [, prefix = "", head = "", tail = ""] = match;
  if (head.length + tail.length < 6) return undefined;
  return new RegExp(`(?<!${PART})${prefix}${head}${PART}{${MIN_HIDDEN},}${tail}(?!${PART})`, "g");
}
