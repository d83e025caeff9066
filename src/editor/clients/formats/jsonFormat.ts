import { isDeepStrictEqual } from "node:util";
import { getNodeValue, type Node, type ParseError, parseTree } from "jsonc-parser";
import {
  type Added,
  afterBom,
  applyEdits,
  ConfigError,
  type Edit,
  type Entry,
  type Format,
  lineAt,
  type Receipt,
} from "./format.ts";
import { insertMember, type Members, membersOf, removeMember, replaceInner, styleOf } from "./jsonMembers.ts";

interface JsonOptions {
  /** The name of the object that contains the servers. */
  container: string;
  /** Whether the client accepts comments and trailing commas. */
  comments: boolean;
}

/** The format of a JSON file whose servers are members of an object at the top level. */
export function jsonFormat({ container, comments }: JsonOptions): Format {
  const parse = (text: string) => parseDocument(text, container, comments);

  function add(text: string, name: string, entry: Entry): Added {
    const { root, servers } = parse(text);
    const style = styleOf(text);
    if (!root) {
      const value = style.object(0, [[container, style.object(1, [[name, style.value(entry, 2)]])]]);
      const before = text === "" || /\n$/.test(text) ? "" : style.eol;
      const around = { before, after: style.eol };
      return { text: text + before + value + style.eol, receipt: { container: true, around } };
    }
    const target = servers ?? root;
    const depth = servers ? 2 : 1;
    const [member, value] = servers
      ? [name, style.valueIn(target, entry, depth)]
      : [container, style.wrapIn(target, name, entry)];
    const { edits, inner } = insertMember(text, target, member, value, depth, style);
    const receipt: Receipt = { ...(!servers && { container: true }), ...(inner !== undefined && { inner }) };
    return { text: applyEdits(text, edits), receipt };
  }

  function remove(text: string, name: string, receipt: Receipt = {}): string {
    const { servers } = parse(text);
    if (!servers?.byName.has(name)) return text;
    const without = applyEdits(text, removeMember(text, servers, name));
    const left = parse(without);
    if (!left.root || !left.servers || left.servers.list.length > 0) return without;
    if (!receipt.container) return applyEdits(without, replaceInner(without, left.servers, receipt.inner ?? ""));
    if (!isBlank(without, left.servers)) return without;
    const outer = applyEdits(without, removeMember(without, left.root, container));
    const { root } = parse(outer);
    if (!root || root.list.length > 0) return outer;
    return receipt.around ? removeRoot(outer, root, receipt.around) : emptied(outer, root, receipt.inner);
  }

  function replace(text: string, name: string, entry: Entry): Added {
    const member = parse(text).servers?.byName.get(name);
    if (!member) return add(text, name, entry);
    const edit: Edit = {
      start: member.value.offset,
      end: member.value.offset + member.value.length,
      text: styleOf(text).valueLike(text, member.value, entry),
    };
    return { text: applyEdits(text, [edit]), receipt: {} };
  }

  /** Makes a change and checks that everything but the entry is the same afterwards. */
  function checked<T extends Added>(text: string, name: string, entry: Entry | undefined, change: () => T): T {
    const before = contentOf(text, parse(text), { container, name });
    const changed = change();
    let after: Content | undefined;
    try {
      after = contentOf(changed.text, parse(changed.text), { container, name });
    } catch {
      // The change would make the file unreadable.
    }
    if (!after || !isDeepStrictEqual(after, { ...before, own: entry && canonical(entry) }))
      throw new ConfigError("others", { key: name });
    return changed;
  }

  return {
    read: (text) => afterBom(text, (rest) => readServers(parse(rest))).result,
    add(text, name, entry) {
      const { bom, result } = afterBom(text, (rest) => checked(rest, name, entry, () => add(rest, name, entry)));
      return { ...result, text: bom + result.text };
    },
    replace(text, name, entry) {
      const { bom, result } = afterBom(text, (rest) => checked(rest, name, entry, () => replace(rest, name, entry)));
      return { ...result, text: bom + result.text };
    },
    remove(text, name, receipt) {
      const { bom, result } = afterBom(text, (rest) =>
        checked(rest, name, undefined, () => ({ text: remove(rest, name, receipt), receipt: {} })),
      );
      return bom + result.text;
    },
  };
}

const emptied = (text: string, root: Members, inner: string | undefined) =>
  inner === undefined ? text : applyEdits(text, replaceInner(text, root, inner));

function isBlank(text: string, { node }: Members): boolean {
  return text.slice(node.offset + 1, node.offset + node.length - 1).trim() === "";
}

/** Removes the document itself with the line breaks that were added around it, unless it contains comments by now. */
function removeRoot(text: string, root: Members, { before, after }: { before: string; after: string }): string {
  if (!isBlank(text, root)) return text;
  const head = text.slice(0, root.node.offset);
  const tail = text.slice(root.node.offset + root.node.length);
  const kept = head.endsWith(before) ? head.slice(0, head.length - before.length) : head;
  const rest = tail.startsWith(after) ? tail.slice(after.length) : tail;
  // Comments that were added after the document stay on lines of their own.
  return rest === "" || kept === "" || /[\r\n]$/.test(kept) ? kept + rest : head + tail;
}

interface Document {
  /** Undefined for a text without any value. */
  root: Members | undefined;
  servers: Members | undefined;
}

/** What a document says besides the entry, and the entry. Numbers and names are spelled as in the text. */
interface Content {
  rest: string[];
  servers: string[];
  own: string | undefined;
}

function contentOf(
  text: string,
  { root, servers }: Document,
  { container, name }: { container: string; name: string },
): Content {
  const spell = (node: Node): string =>
    node.children
      ? `${node.type}(${node.children.map(spell).join(",")})`
      : text.slice(node.offset, node.offset + node.length);
  const others = (members: Members | undefined, without: string) =>
    (members?.list ?? [])
      .filter((one) => one.name !== without)
      .map((one) => `${JSON.stringify(one.name)}:${spell(one.value)}`);
  const own = servers?.byName.get(name);
  return {
    rest: others(root, container),
    servers: others(servers, name),
    own: own && canonical(getNodeValue(own.value)),
  };
}

const canonical = (value: unknown) => JSON.stringify(value);

/** @throws ConfigError */
function parseDocument(text: string, container: string, comments: boolean): Document {
  const errors: ParseError[] = [];
  const options = { allowTrailingComma: comments, disallowComments: !comments, allowEmptyContent: true };
  const tree: Node | undefined = parseTree(text, errors, options);
  const [first] = errors;
  if (first) throw new ConfigError("syntax", { line: lineAt(text, first.offset) });
  if (!tree) return { root: undefined, servers: undefined };
  if (tree.type !== "object") throw new ConfigError("document", { line: lineAt(text, tree.offset) });
  const root = membersOf(text, tree);
  const outer = uniqueMember(text, root, container);
  if (!outer) return { root, servers: undefined };
  if (outer.value.type !== "object")
    throw new ConfigError("servers", { key: container, line: lineAt(text, outer.value.offset) });
  const servers = membersOf(text, outer.value);
  for (const name of servers.byName.keys()) uniqueMember(text, servers, name);
  return { root, servers };
}

function uniqueMember(text: string, members: Members, name: string) {
  const found = members.list.filter((one) => one.name === name);
  if (found.length > 1) throw new ConfigError("duplicate", { key: name, line: lineAt(text, found[1]!.start) });
  return found[0];
}

function readServers({ servers }: Document): Map<string, unknown> {
  return new Map(servers?.list.map(({ name, value }) => [name, getNodeValue(value)]));
}
