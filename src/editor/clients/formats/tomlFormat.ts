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

  const has = (text: string, servers: Table): boolean => {
    try {
      return isDeepStrictEqual(plain(Object.fromEntries(readServers(text, container))), plain(servers));
    } catch {
      return false;
    }
  };

  function add(text: string, name: string, entry: Entry): Added {
    const servers = readServers(text, container);
    const eol = lineEnding(text);
    const before = text === "" ? "" : /\n$/.test(text) ? (/(^|\n)\r?\n$/.test(text) ? "" : eol) : eol + eol;
    const added = text + before + tableText(name, entry, eol);
    // A table that is written inline can't be extended by another header.
    if (!has(added, { ...Object.fromEntries(servers), [name]: entry })) throw inlineError(text);
    return { text: added, receipt: { around: { before, after: "" } } };
  }

  function remove(text: string, name: string, { around }: Receipt = {}): string {
    if (!readServers(text, container).has(name)) return text;
    const runs = findRuns(text, container, name);
    const [first] = runs;
    if (!first) throw inlineError(text);
    const before = around?.before ?? "";
    if (before && text.slice(0, first.start).endsWith(before)) {
      const isLast = first.end === text.length && runs.length === 1;
      // What follows must stay on a line of its own.
      const kept = isLast || before === lineEnding(text) ? 0 : lineEnding(text).length;
      first.start -= before.length - kept;
    }
    const result = applyEdits(
      text,
      runs.map((run) => ({ ...run, text: "" })),
    );
    if (readServers(result, container).has(name)) throw inlineError(text);
    return result;
  }

  function replace(text: string, name: string, entry: Entry): Added {
    const servers = readServers(text, container);
    const [first, ...others] = findRuns(text, container, name);
    if (!first) throw inlineError(text);
    const result = applyEdits(text, [
      { ...first, text: tableText(name, entry, lineEnding(text)) },
      ...others.map((run) => ({ ...run, text: "" })),
    ]);
    if (has(result, { ...Object.fromEntries(servers), [name]: entry })) return { text: result, receipt: {} };
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

function readServers(text: string, container: string): Map<string, unknown> {
  let document: Table;
  try {
    document = parse(text);
  } catch (error) {
    throw new ConfigError("syntax", error instanceof TomlError ? { line: error.line } : {});
  }
  const servers = document[container];
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
