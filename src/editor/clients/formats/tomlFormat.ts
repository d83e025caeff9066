import { isDeepStrictEqual } from "node:util";
import { parse, TomlError } from "smol-toml";
import {
  type Added,
  afterBom,
  applyEdits,
  ConfigError,
  type Entry,
  type Format,
  lineAt,
  lineEnding,
  type Receipt,
} from "./format.ts";
import { findStatements, type Statement } from "./tomlStatements.ts";

type Table = Record<string, unknown>;

/** The format of a TOML file with one table per server, such as `[mcp_servers.name]`. */
export function tomlFormat({ container }: { container: string }): Format {
  const inlineError = (text: string) => new ConfigError("inline", { key: container, line: firstLine(text, container) });

  const tableText = (name: string, entry: Entry, eol: string) => {
    const lines = Object.entries(entry).map(([key, value]) => `${key} = ${valueText(value)}`);
    return [`[${container}.${keyText(name)}]`, ...lines, ""].join(eol);
  };

  /** The whole document with this entry, or without one. */
  const expected = (text: string, name: string, entry?: Entry): Table => {
    const { [name]: _, ...others } = Object.fromEntries(readServers(text, container));
    return { ...parseDocument(text), [container]: entry ? { ...others, [name]: entry } : others };
  };

  const isDocument = (text: string, document: Table): boolean => {
    try {
      // A table of servers without any is the same as none.
      return isDeepStrictEqual(plain({ [container]: {}, ...parseDocument(text) }), plain(document));
    } catch {
      return false;
    }
  };

  function add(text: string, name: string, entry: Entry): Added {
    const document = expected(text, name, entry);
    const eol = lineEnding(text);
    const before = text === "" ? "" : /\n$/.test(text) ? (/(^|\n)\r?\n$/.test(text) ? "" : eol) : eol + eol;
    const added = text + before + tableText(name, entry, eol);
    // A table that is written inline can't be extended by another header.
    if (!isDocument(added, document)) throw inlineError(text);
    return { text: added, receipt: { around: { before, after: "" } } };
  }

  function remove(text: string, name: string, { around }: Receipt = {}): string {
    if (!readServers(text, container).has(name)) return text;
    const runs = findRuns(text, container, name);
    const [first] = runs;
    if (!first) throw inlineError(text);
    const isLast = first.end === text.length && runs.length === 1;
    first.start -= addedBefore(text.slice(0, first.start), around?.before ?? "", isLast);
    const result = applyEdits(
      text,
      runs.map((run) => ({ ...run, text: "" })),
    );
    if (!isDocument(result, expected(text, name))) throw inlineError(text);
    return result;
  }

  function replace(text: string, name: string, entry: Entry): Added {
    const document = expected(text, name, entry);
    const [first, ...others] = findRuns(text, container, name);
    if (!first) throw inlineError(text);
    const result = applyEdits(text, [
      { ...first, text: tableText(name, entry, lineEnding(text)) },
      ...others.map((run) => ({ ...run, text: "" })),
    ]);
    if (isDocument(result, document)) return { text: result, receipt: {} };
    // Keys of another table can't become a table in the same place.
    return add(remove(text, name), name, entry);
  }

  return {
    read: (text) => afterBom(text, (rest) => readServers(rest, container)).result,
    add(text, name, entry) {
      const { bom, result } = afterBom(text, (rest) => add(rest, name, entry));
      return { ...result, text: bom + result.text };
    },
    replace(text, name, entry) {
      const { bom, result } = afterBom(text, (rest) => replace(rest, name, entry));
      return { ...result, text: bom + result.text };
    },
    remove(text, name, receipt) {
      const { bom, result } = afterBom(text, (rest) => remove(rest, name, receipt));
      return bom + result;
    },
  };
}

/** Finds the lines of a server's table, with its subtables and the comments between its lines. */
function findRuns(text: string, container: string, name: string): { start: number; end: number }[] {
  const isOwn = ({ path }: Statement) => path[0] === container && path[1] === name;
  const runs: { start: number; end: number }[] = [];
  let wasOwn = false;
  for (const statement of findStatements(text)) {
    const last = runs.at(-1);
    if (isOwn(statement) && wasOwn && last) last.end = statement.end;
    else if (isOwn(statement)) runs.push({ start: statement.start, end: statement.end });
    wasOwn = isOwn(statement);
  }
  return runs;
}

/**
 * Returns how many characters of the line breaks that were added before the table can go.
 * @param head the text before the table
 */
function addedBefore(head: string, before: string, isLast: boolean): number {
  if (!before || !head.endsWith(before)) return 0;
  // The line above may have got a comment since.
  if (head.slice(0, -before.length).endsWith("\n")) return before.length;
  const breaks = before.match(/\r?\n/g) ?? [];
  if (breaks.length < 2) return 0;
  // The text had no line break at its end. What follows must stay on a line of its own.
  return isLast ? before.length : before.length - breaks[0]!.length;
}

/** @throws ConfigError */
function parseDocument(text: string): Table {
  try {
    // Numbers may be larger than those of JavaScript.
    return parse(text, { integersAsBigInt: true });
  } catch (error) {
    throw new ConfigError("syntax", error instanceof TomlError ? { line: error.line } : {});
  }
}

function readServers(text: string, container: string): Map<string, unknown> {
  const servers = parseDocument(text)[container];
  if (servers === undefined) return new Map();
  if (typeof servers !== "object" || servers === null || Array.isArray(servers) || servers instanceof Date)
    throw new ConfigError("servers", { key: container, line: firstLine(text, container) });
  return new Map(Object.entries(servers));
}

function firstLine(text: string, container: string): number | undefined {
  const first = findStatements(text).find(({ path }) => path[0] === container);
  return first && lineAt(text, first.start);
}

const keyText = (name: string) => (/^[A-Za-z0-9_-]+$/.test(name) ? name : valueText(name));

/** JSON's strings and lists of strings are TOML's, except for DEL. */
const valueText = (value: string | readonly string[]) =>
  (typeof value === "string"
    ? JSON.stringify(value)
    : `[${value.map((one) => JSON.stringify(one)).join(", ")}]`
  ).replaceAll("\u007f", "\\u007F");

/** Tables of the parser have no prototype. */
const plain = (value: unknown): unknown => structuredClone(value);
