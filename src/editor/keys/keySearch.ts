import type { Key } from "../../openrouter/index.ts";
import { foldText, foldWords } from "../../openrouter/text/fold.ts";

/** The texts in which the filter looks for its words. */
export interface KeyTexts {
  /** Texts in which a word may occur anywhere, such as the name. Read once per key. */
  anywhere(key: Key): readonly (string | undefined)[];
  /** Texts of which a word must begin with the filter's, such as "$20/day". Read once per key. */
  beginnings(key: Key): readonly string[];
  /** Like `beginnings`, for texts that change without the key, such as "secret pending". */
  changing(key: Key): readonly string[];
  /** The key's status, in English and in the display language. */
  status(key: Key): readonly string[];
}

export interface KeySearch {
  /**
   * Returns a function that says whether a key matches all words of a filter. `byStatus`: one of them names the key's
   * status, so that the key is to be shown even if keys of that status are hidden.
   */
  compile(filter: string): (key: Key) => "byStatus" | boolean;
}

/** A shorter word, such as "dis", may be the beginning of any name. */
const MIN_STATUS = 4;
/** A shorter word of hex digits occurs in many hashes. */
const MIN_HASH = 6;

/** Creates a search that reads the texts of a key when it is first searched. */
export function createKeySearch(texts: KeyTexts): KeySearch {
  const anywhereOf = perKey((key) => foldText(texts.anywhere(key).filter(Boolean).join("\n")));
  const beginningsOf = perKey((key) => foldWords(texts.beginnings(key).join(" ")));

  function matches(key: Key, word: string): boolean {
    if (anywhereOf(key).includes(word)) return true;
    if (word.length >= MIN_HASH && key.hash.toLowerCase().includes(word)) return true;
    if (texts.changing(key).some((text) => foldWords(text).some((one) => one.startsWith(word)))) return true;
    // "12" is rather a part of a name than of an amount.
    return !/^\d+$/.test(word) && beginningsOf(key).some((one) => one.startsWith(word));
  }

  return {
    compile(filter) {
      const wanted = foldWords(filter);
      return (key) => {
        const status = wanted.length > 0 ? texts.status(key).map(foldText) : [];
        const isStatus = (word: string) => word.length >= MIN_STATUS && status.some((one) => one.startsWith(word));
        if (!wanted.every((word) => isStatus(word) || matches(key, word))) return false;
        return wanted.some(isStatus) ? "byStatus" : true;
      };
    },
  };
}

function perKey<T>(read: (key: Key) => T): (key: Key) => T {
  const known = new WeakMap<Key, { value: T }>();
  return (key) => {
    const entry = known.get(key) ?? { value: read(key) };
    known.set(key, entry);
    return entry.value;
  };
}
