// Makes texts comparable that people write in several ways.

/** White space, and the Braille character without dots. */
const BLANK = /[\s\u2800]+/g;

/** Returns the same text for names that people can't tell apart. Empty if there is nothing to see. */
export function visualForm(name: string): string {
  return name.normalize("NFKC").replace(BLANK, " ").trim();
}

/** Returns the same text for what a search treats alike: ignores case, accents and invisible characters. "ß" is "ss", and "ı" is "i". */
export function foldText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text.toLowerCase();
  return text
    .normalize("NFKD")
    .replace(/[\p{M}\p{DI}]/gu, "")
    .toUpperCase()
    .toLowerCase()
    .replaceAll("ς", "σ");
}

/** Returns the folded words of a text. */
export function foldWords(text: string): string[] {
  return foldText(text).split(/\s+/).filter(Boolean);
}
