/** The most characters between two parts of a split secret, such as `" + // the rest` and the indentation of the next line. */
const MAX_GAP = 300;

const QUOTE = "[\"'`]";
const OPERATOR = String.raw`(?:\+|\.\.?|&|~|\|\||<>)`;
/** Characters that nobody sees; and escaped. */
const UNSEEN = String.raw`[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]`;
const UNSEEN_ESCAPED = String.raw`\\{1,8}u(?:200[b-f]|202[a-e]|206\d|feff|00ad)|&(?:#(?:820[3-7]|823[4-8]|173)|shy|zwnj|zwj|lrm|rlm);`;
/** Colors of a terminal, also escaped. */
const COLOR = String.raw`(?:\x1b|\\{1,8}(?:u001b|x1b|033|e)|\^\[)\[[0-9;]{0,16}[mK]`;
/** Elements within a line of text. */
const INLINE = String.raw`<\/?(?:a|abbr|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small|span|strike|strong|sub|sup|tt|u|var|wbr)(?:\s[^<>]{0,120})?>`;
const NAME = String.raw`\$?[a-z_][\w.$]{0,30}`;
/** The next part is added by a statement of its own, or by a call. */
const STATEMENT = String.raw`(?:[\r\n;]|\\{1,8}n(?:\\{0,8}["'],\s{0,40}["'])?)[ \t]{0,40}`;
const ADDED = [
  String.raw`${STATEMENT}${NAME}[ \t]{0,4}(?:${OPERATOR}=|<<)(?=[ \t]{0,4}\\{0,8}${QUOTE})`,
  String.raw`${STATEMENT}(?:(?:export|set|let|local) )?(?<name>${NAME})[ \t]{0,4}=[ \t]{0,4}\k<name>[ \t]{0,4}(?:${OPERATOR}|<<)(?=[ \t]{0,4}\\{0,8}${QUOTE})`,
  String.raw`${STATEMENT}(?:(?:export|set|let|local) )?\$?(?<own>[a-z_]\w{0,30})[ \t]{0,4}=[ \t]{0,4}[f$]?${QUOTE}?(?:[$#]?\{\$?\k<own>\}|%\k<own>%|\$\k<own>(?=${QUOTE}))`,
  String.raw`(?:(?<=${QUOTE}\s{0,40})\.|\)[\s;]{0,40}(?:[a-z_$][\w$]{0,30})?\.?)(?:append|concat|push|add|write|plus)\((?=\\{0,8}${QUOTE})`,
];
const COMMENT_LINE = String.raw`(?:\r\n|[\r\n])[ \t]{0,40}(?:\/\/|#|--)[^\r\n]{0,120}(?=[\r\n])`;

/** What may stand between two parts of a secret. Each alternative is bounded, so that matching is linear. */
const partsWith = (markers: string) => [
  COLOR,
  ...ADDED,
  // Escaped line breaks, as in JSON.
  String.raw`\\{1,8}[nrt]`,
  // Escaped in URLs, HTML and programs: line breaks and what nobody sees.
  String.raw`%0[ad]|=0[ad]|\\{1,8}(?:x0[ad]|u000[ad])|&#(?:x0{0,4}[ad]|1[03]);`,
  UNSEEN_ESCAPED,
  // Comments on lines of their own, if a string goes on after them.
  String.raw`${COMMENT_LINE}(?=(?:${COMMENT_LINE}){0,3}\s{0,80}${OPERATOR}?\s{0,8}(?:[a-z]{1,2}|@)?${QUOTE})`,
  // The marker of a comment, a quotation or a change at the beginning of the next line.
  String.raw`[\r\n][ \t]{0,40}(?:${markers})[ \t]{0,8}`,
  // A comment after the first part.
  String.raw`(?:\/\/|#|(?<=${QUOTE}[^\w"'${"`"}\r\n]{0,20})--)[^\r\n]{0,120}(?=[\r\n])`,
  String.raw`\/\*[^*]{0,120}\*\/`,
  String.raw`<\/?[a-z][a-z0-9:]{0,20}(?:\s[^<>]{0,120})?>|<[bB][rR] ?\/>`,
  // Operators that are something else outside of strings: PHP, Lua, Elixir, Visual Basic, Ruby.
  String.raw`(?<=${QUOTE}\s{0,40})(?:\.{1,2}|<>|<<)(?=\s{0,40}\\{0,8}${QUOTE})`,
  String.raw`&[ \t]{0,8}_(?=[ \t]{0,8}[\r\n])`,
  // White space, quotes, operators, brackets and what nobody sees.
  "[\\s\"'`+\\\\,&|;=^~$[\\](){}\\0]",
  UNSEEN,
];
const markers = String.raw`\/\/[\/!]?|#+|\*|>{1,4}|;+|\+`;
const beforeHyphen = new RegExp(partsWith(markers).join("|"), "iy");
const beforeOther = new RegExp(partsWith(`${markers}|--?`).join("|"), "iy");
/** The letters before a string literal, which may be hexadecimal digits. */
const literalPrefix = /(?:[bru]|f|L|u8|br|rb|fr|rf|\$?@|@\$|\$)(?=\\{0,8}["'`])/iy;
const countQuotes = (text: string) => text.match(/["'`]/g)?.length ?? 0;
/** The beginning of the next line of a dump: its text is beside the bytes, which are found themselves. */
const dumpLine = /\|\r?\n[0-9a-f]{7,16} /iy;

/**
 * Returns the length of what stands between two parts of a secret at a position; 0 if the secret can't go on.
 * @param next the character that the next part begins with, if it is known: a hyphen can also be a marker
 */
export function gapLength(text: string, at: number, next: string | undefined): number {
  const gapAt = next === "-" ? beforeHyphen : beforeOther;
  let end = at;
  dumpLine.lastIndex = at;
  if (text[at] === "|" && dumpLine.test(text)) return 0;
  for (gapAt.lastIndex = end; end - at <= MAX_GAP; gapAt.lastIndex = end) {
    const length = gapAt.exec(text)?.[0].length ?? 0;
    if (length === 0) return end - at + prefixLength(text, at, end);
    end += length;
  }
  return 0;
}

/** Returns the length of the letters before a string that begins after a gap; 0 if the gap ends within a string. */
function prefixLength(text: string, from: number, at: number): number {
  literalPrefix.lastIndex = at;
  const prefix = literalPrefix.exec(text)?.[0];
  return prefix && countQuotes(text.slice(from, at)) % 2 === 1 ? prefix.length : 0;
}

/** Line breaks and characters that nobody writes between two texts, but within one. */
const withinText = new RegExp(String.raw`\\|=[\r\n]|<\/?\w|&[#\w]|[%=]0[ad]|\x1b|${UNSEEN}`, "i");

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

const added = new RegExp(ADDED.join("|"), "i");
const invisible = new RegExp([COLOR, UNSEEN, UNSEEN_ESCAPED, INLINE].join("|"), "gi");
const continued = /^(?:\\{1,8}\r?\n[ \t]*|=\r?\n)$/;
const comments = /(?:\/\/|#|--)[^\r\n]*(?=[\r\n])|\/\*[^*]*\*\//g;
const blanks = /\s|\\{1,8}[nrt]|\\(?=["'`\s]|$)|_/g;
/** Two strings beside each other, with an operator, or in a template. */
const joined = [
  /^["']["']$/,
  /^["'`][)}\]]*(?:\+|\.\.?|&&?|~|\|\||<>|<<|\^)[+>*]?[({[]*["'`]$/,
  /^(?:["'`]\})?[$#]?\{["'`]$/,
];

/** True if a gap joins what stands before and after it, rather than only separating a prefix from a hash. */
export function joinsTexts(gap: string): boolean {
  const visible = gap.replace(invisible, "");
  if (visible === "" || continued.test(visible) || added.test(gap)) return true;
  const code = visible.replace(comments, "").replace(blanks, "");
  const bare = code.replace(/(?:[bruflL]|u8|[bf]r|r[bf]|\$?@|@?\$)(?=["'`]$)/i, "");
  return joined.some((pattern) => pattern.test(bare));
}

/** True if the strings before and after a comma are joined by a call. */
export function isJoinedByCall(before: string, after: string): boolean {
  return (
    /(?:join|concat\w{0,8}!?|paste0?|strcat|str_c)\s{0,8}\(\s{0,40}[[({]?\s{0,40}\\{0,8}["'`]$/i.test(before) ||
    /^\\{0,8}["'`],?\s{0,40}[\])}]\s{0,40}\.join\(/i.test(after)
  );
}
