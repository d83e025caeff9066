/** A server's entry in a client's configuration. */
export type Entry = Readonly<Record<string, string | readonly string[]>>;

/** What adding an entry has changed besides the entry; removing it needs this to restore the text exactly. */
export interface Receipt {
  /** The table of servers did not exist. */
  container?: true;
  /** The text that surrounds what was added to a text without any content, or at its end. */
  around?: { before: string; after: string };
  /** The text between the braces of the object that was empty. */
  inner?: string;
}

export interface Added {
  text: string;
  receipt: Receipt;
}

/** Reads and changes servers in the text of a configuration file. Everything else in the text stays as it is. */
export interface Format {
  /** Returns all servers by name. @throws ConfigError */
  read(text: string): Map<string, unknown>;
  /** Adds a server that does not exist. @throws ConfigError */
  add(text: string, name: string, entry: Entry): Added;
  /** Replaces a server's entry. @throws ConfigError */
  replace(text: string, name: string, entry: Entry): Added;
  /**
   * Removes a server.
   * @param receipt of the addition, if it is known
   * @throws ConfigError
   */
  remove(text: string, name: string, receipt?: Receipt): string;
}

export type ConfigProblem =
  /** The text doesn't follow the format's syntax. */
  | "syntax"
  /** The document is not an object. */
  | "document"
  /** The table of servers is not an object. */
  | "servers"
  /** A name is used twice. */
  | "duplicate"
  /** The table of servers is written in a form that can't be extended. */
  | "inline"
  /** The change would have changed something else, too. */
  | "others";

/** The text can't be read or changed safely; nothing was changed. */
export class ConfigError extends Error {
  override name = "ConfigError";
  readonly problem: ConfigProblem;
  /** Counted from 1. */
  readonly line: number | undefined;
  /** The name that the problem is about. */
  readonly key: string | undefined;

  constructor(problem: ConfigProblem, { line, key }: { line?: number; key?: string } = {}) {
    super(`${problem}${key === undefined ? "" : ` ${key}`}${line === undefined ? "" : `, line ${line}`}`);
    this.problem = problem;
    this.line = line;
    this.key = key;
  }
}

export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** Applies edits that don't overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const sorted = [...edits].sort((one, other) => one.start - other.start || one.end - other.end);
  let result = "";
  let at = 0;
  for (const edit of sorted) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/** Returns the line of an offset, counted from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split(/\r\n|\r|\n/).length;
}

/** Returns the line ending that the text uses. */
export function lineEnding(text: string): string {
  return /\r\n|\n/.exec(text)?.[0] ?? "\n";
}

export const BOM = "\uFEFF";

/** Applies `change` to the text after its byte order mark. */
export function afterBom<T>(text: string, change: (text: string) => T): { bom: string; result: T } {
  const bom = text.startsWith(BOM) ? BOM : "";
  return { bom, result: change(text.slice(bom.length)) };
}
