/** The most characters between two parts of a split secret, such as `" + // the rest` and the indentation of the next line. */
const MAX_GAP = 200;

/** What may stand between two parts of a secret. Each alternative is bounded, so that matching is linear. */
const partsWith = (markers: string) => [
  // Escaped line breaks, as in JSON.
  String.raw`\\{1,8}[nrt]`,
  // Escaped in URLs, HTML and programs: line breaks and what nobody sees.
  String.raw`%0[ad]|=0[ad]|\\{1,8}(?:x0[ad]|u000[ad]|u200[b-d]|ufeff|u00ad)|&(?:#(?:x0{0,4}[ad]|1[03]|8203|173)|shy|zwnj|zwj);`,
  // The next part is added by a statement or a call of its own.
  String.raw`[\r\n][ \t]{0,40}\$?[a-z_][\w.$]{0,30}[ \t]{0,4}(?:\+|\.\.?|&|~|\|\||<>)=(?=[ \t]{0,4}["'${"`"}])`,
  String.raw`\)[\s;]{0,40}(?:[a-z_$][\w$]{0,30})?\.?(?:append|concat|push|add|write)\((?=["'${"`"}])`,
  // The marker of a comment, a quotation or a change at the beginning of the next line.
  String.raw`[\r\n][ \t]{0,40}(?:${markers})[ \t]{0,8}`,
  // A comment after the first part.
  String.raw`\/\/[^\r\n]{0,120}(?=[\r\n])`,
  String.raw`#[^\r\n]{0,120}(?=[\r\n])`,
  String.raw`\/\*[^*]{0,120}\*\/`,
  String.raw`<\/?(?:br|wbr|span|b|i|u|em|strong|code|mark|font)\b[^<>]{0,80}>`,
  // Operators that are something else outside of strings: PHP, Lua, Elixir, Visual Basic.
  "(?<=[\"'`]\\s{0,40})(?:\\.{1,2}|<>)(?=\\s{0,40}\\\\{0,8}[\"'`])",
  String.raw`&[ \t]{0,8}_(?=[ \t]{0,8}[\r\n])`,
  // White space, quotes, operators, brackets and what nobody sees.
  "[\\s\"'`+\\\\,&|;=^~$[\\](){}\\0\\u200b-\\u200d\\u2060\\ufeff\\u00ad]",
];
const markers = String.raw`\/\/[\/!]?|#+|\*|>{1,4}|;+|\+`;
const beforeHyphen = new RegExp(partsWith(markers).join("|"), "iy");
const beforeOther = new RegExp(partsWith(`${markers}|--?`).join("|"), "iy");

/**
 * Returns the length of what stands between two parts of a secret at a position; 0 if the secret can't go on.
 * @param next the character that the next part begins with, if it is known: a hyphen can also be a marker
 */
export function gapLength(text: string, at: number, next: string | undefined): number {
  const gapAt = next === "-" ? beforeHyphen : beforeOther;
  let end = at;
  for (gapAt.lastIndex = end; end - at <= MAX_GAP; gapAt.lastIndex = end) {
    const length = gapAt.exec(text)?.[0].length ?? 0;
    if (length === 0) return end - at;
    end += length;
  }
  return 0;
}

/** Line breaks and characters that nobody writes between two texts, but within one. */
const withinText = /\\|=[\r\n]|<\/?\w|&[#\w]|[%=]0[ad]|[\u200b-\u200d\u2060\ufeff\u00ad]/i;

/**
 * True if the few digits after a gap are rather the beginning of another text, such as "a" in `sk-or-v1-… a key`, or the name in
 * `"sk-or-v1-…", "b": 1`.
 * @param gap what stands before these digits
 * @param rest what follows them
 */
export function beginsOtherText(gap: string, rest: string): boolean {
  if (/["'`]$/.test(gap)) {
    // A string of its own must end after them, and be no name of a property.
    const quote = /^\\{0,8}["'`]/.exec(rest)?.[0];
    return !quote || /^\s{0,8}(?::|=(?!=))/.test(rest.slice(quote.length));
  }
  if (withinText.test(gap)) return false;
  // The end of a line that was wrapped stands alone.
  return !/[\r\n]/.test(gap) || !/^(?:["'`]|[ \t]{0,40}(?:[\r\n]|$))/.test(rest);
}
