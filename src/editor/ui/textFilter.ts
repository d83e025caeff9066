import { foldText, foldWords } from "../../openrouter/text/fold.ts";

/**
 * Returns a function that tells whether texts contain all words of a filter, in any order, as `foldText` compares them.
 * Every text matches an empty filter.
 */
export function textFilter(filter: string): (texts: readonly (string | null | undefined)[]) => boolean {
  const words = foldWords(filter);
  if (words.length === 0) return () => true;
  return (texts) => {
    const text = foldText(texts.filter(Boolean).join("\n"));
    return words.every((word) => text.includes(word));
  };
}
