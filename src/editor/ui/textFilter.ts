/**
 * Returns a function that tells whether texts contain all words of a filter, in any order. Ignores case, and how characters
 * are composed. Every text matches an empty filter.
 */
export function textFilter(filter: string): (texts: readonly (string | null | undefined)[]) => boolean {
  const words = normalize(filter).split(/\s+/).filter(Boolean);
  if (words.length === 0) return () => true;
  return (texts) => {
    const text = normalize(texts.filter(Boolean).join("\n"));
    return words.every((word) => text.includes(word));
  };
}

/** Spaces in amounts may be narrow or non-breaking, which nobody types. */
function normalize(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}
