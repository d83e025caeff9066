/**
 * Returns a language tag that `Intl` accepts: `pt_BR`, `pt_BR.UTF-8` and `de_DE@euro` as `pt-BR`, `pt-BR` and `de-DE`.
 * Returns undefined, the system's language, for a tag that names no language (`C`, an empty one).
 */
export function canonicalLocale(tag: string | undefined): string | undefined {
  const subtags =
    tag
      ?.replace(/[.@].*$/s, "")
      .trim()
      .split(/[_-]+/) ?? [];
  // The longest valid start of the tag, since an unknown ending must not hide the language.
  for (let length = subtags.length; length > 0; length--) {
    try {
      return Intl.getCanonicalLocales(subtags.slice(0, length).join("-"))[0];
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return undefined;
}
