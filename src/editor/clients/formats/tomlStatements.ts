// Finds the statements of a TOML document with their positions. The document must be valid: `smol-toml` checks it first.

/** A table's header or a key with its value. */
export interface Statement {
  /** The full path, including the table's. */
  path: readonly string[];
  /** The start of its line. */
  start: number;
  /** The end of its last line, including the line break. */
  end: number;
}

const BARE = /[A-Za-z0-9_-]/;

export function findStatements(text: string): Statement[] {
  const statements: Statement[] = [];
  let table: readonly string[] = [];
  let at = 0;

  const lineEnd = (from: number) => {
    const next = text.indexOf("\n", from);
    return next < 0 ? text.length : next + 1;
  };
  const skipBlanks = (from: number) => {
    while (text[from] === " " || text[from] === "\t") from += 1;
    return from;
  };

  while (at < text.length) {
    const start = at;
    const first = skipBlanks(at);
    if (first >= text.length) break;
    if (text[first] === "#" || text[first] === "\n" || text[first] === "\r") {
      at = lineEnd(first);
      continue;
    }
    if (text[first] === "[") {
      const isArray = text[first + 1] === "[";
      const { path, end } = readKey(text, first + (isArray ? 2 : 1));
      table = path;
      at = lineEnd(end);
      statements.push({ path, start, end: at });
      continue;
    }
    const { path, end } = readKey(text, first);
    at = lineEnd(valueEnd(text, text.indexOf("=", end) + 1));
    statements.push({ path: [...table, ...path], start, end: at });
  }
  return statements;
}

/** Reads a dotted key. */
function readKey(text: string, from: number): { path: string[]; end: number } {
  const path: string[] = [];
  let at = from;
  for (;;) {
    while (text[at] === " " || text[at] === "\t") at += 1;
    const quote = text[at];
    if (quote === '"' || quote === "'") {
      const end = stringEnd(text, at);
      const raw = text.slice(at + 1, end - 1);
      path.push(quote === '"' ? unescaped(raw) : raw);
      at = end;
    } else {
      const start = at;
      while (BARE.test(text[at] ?? "")) at += 1;
      path.push(text.slice(start, at));
    }
    const end = at;
    while (text[at] === " " || text[at] === "\t") at += 1;
    if (text[at] !== ".") return { path, end };
    at += 1;
  }
}

function unescaped(raw: string): string {
  const short: Record<string, string> = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r", e: "\u001b" };
  return raw.replace(/\\(?:u([\dA-Fa-f]{4})|U([\dA-Fa-f]{8})|x([\dA-Fa-f]{2})|(.))/g, (_, u, long, x, char) =>
    char === undefined ? String.fromCodePoint(Number.parseInt(u ?? long ?? x, 16)) : (short[char] ?? char),
  );
}

/** Returns the offset after a string of any kind. */
function stringEnd(text: string, from: number): number {
  const quote = text[from]!;
  const isLong = text.startsWith(quote.repeat(3), from);
  let at = from + (isLong ? 3 : 1);
  while (at < text.length) {
    if (quote === '"' && text[at] === "\\") at += 2;
    else if (isLong && text.startsWith(quote.repeat(3), at)) {
      at += 3;
      // Up to two quotes may stand before the closing ones.
      while (text[at] === quote) at += 1;
      return at;
    } else if (!isLong && text[at] === quote) return at + 1;
    else at += 1;
  }
  return text.length;
}

/** Returns the offset after a value, which may span lines in strings, arrays and inline tables. */
function valueEnd(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const char = text[at]!;
    if (char === '"' || char === "'") at = stringEnd(text, at);
    else if (char === "#") {
      if (depth === 0) return at;
      at = text.indexOf("\n", at);
      if (at < 0) return text.length;
    } else {
      if (char === "\n" && depth === 0) return at;
      if (char === "[" || char === "{") depth += 1;
      if (char === "]" || char === "}") depth -= 1;
      at += 1;
    }
  }
  return text.length;
}
