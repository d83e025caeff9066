// Inserts and removes members of JSON objects as edits of the text, so that comments, order and layout stay.
import type { Node } from "jsonc-parser";
import { type Edit, type Entry, lineEnding } from "./format.ts";

export interface Member {
  name: string;
  value: Node;
  start: number;
  end: number;
  /** The offset of the comma after it, if there is one. */
  comma: number | undefined;
}

export interface Members {
  node: Node;
  list: readonly Member[];
  byName: ReadonlyMap<string, Member>;
  /** The end of the last token, comment or brace before the closing brace. */
  contentEnd: number;
}

export function membersOf(text: string, node: Node): Members {
  const end = node.offset + node.length - 1;
  const list: Member[] = [];
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? [];
    if (!key || !value) continue;
    const { comma } = scan(text, property.offset + property.length, end, true);
    list.push({
      ...{ name: key.value as string, value, comma },
      ...{ start: property.offset, end: property.offset + property.length },
    });
  }
  const last = list.at(-1);
  const { contentEnd } = scan(text, last?.end ?? node.offset + 1, end, false);
  return { node, list, byName: new Map(list.map((one) => [one.name, one])), contentEnd };
}

/** Scans whitespace, comments and at most one comma. */
function scan(text: string, from: number, to: number, toComma: boolean) {
  const token = /(\s+)|\/\/[^\r\n]*|\/\*[\s\S]*?\*\/|(,)/y;
  token.lastIndex = from;
  let contentEnd = from;
  let comma: number | undefined;
  while (token.lastIndex < to) {
    const start = token.lastIndex;
    const match = token.exec(text);
    if (!match || (match[2] && comma !== undefined)) break;
    if (match[1]) continue;
    contentEnd = token.lastIndex;
    if (match[2]) comma = start;
    if (toComma && comma !== undefined) break;
  }
  return { contentEnd, comma };
}

export type Style = ReturnType<typeof styleOf>;

/** Returns how the text is laid out: its line endings, indentation and spaces. */
export function styleOf(text: string) {
  const eol = lineEnding(text);
  const isOneLine = !/[\r\n]/.test(text.trim()) && /^\{\s*[^\s}]/.test(text.trim());
  const unit = /(?:^|[\r\n])([ \t]+)["/]/.exec(text)?.[1] ?? "  ";
  const colon = isOneLine && !/":\s/.test(text) ? ":" : ": ";
  const indent = (depth: number) => unit.repeat(depth);
  const list = (values: readonly string[]) => `[${values.map((one) => JSON.stringify(one)).join(", ")}]`;
  const scalar = (value: string | readonly string[]) =>
    typeof value === "string" ? JSON.stringify(value) : list(value);
  const inline = (members: readonly (readonly [string, string])[]) => {
    const space = colon === ":" ? "" : " ";
    return `{${space}${members.map(([name, value]) => JSON.stringify(name) + colon + value).join(`,${space}`)}${space}}`;
  };
  const block = (prefix: string, members: readonly (readonly [string, string])[]) =>
    [
      "{",
      members.map(([name, value]) => `${prefix}${unit}${JSON.stringify(name)}${colon}${value}`).join(`,${eol}`),
      `${prefix}}`,
    ].join(eol);
  const fields = (entry: Entry) => Object.entries(entry).map(([name, value]) => [name, scalar(value)] as const);
  const isInline = ({ node, list }: Members) => isOneLine || (list.length > 0 && !/[\r\n]/.test(slice(text, node)));

  return {
    eol,
    unit,
    colon,
    isInline,
    object: (depth: number, members: readonly (readonly [string, string])[]) => block(indent(depth), members),
    value: (entry: Entry, depth: number) => block(indent(depth), fields(entry)),
    /** The entry as a member of an existing object. */
    valueIn: (target: Members, entry: Entry, depth: number) =>
      isInline(target) ? inline(fields(entry)) : block(memberIndent(text, target, unit, depth), fields(entry)),
    /** An object with the entry, as a member of an existing object. */
    wrapIn(target: Members, name: string, entry: Entry): string {
      if (isInline(target)) return inline([[name, inline(fields(entry))]]);
      const prefix = memberIndent(text, target, unit, 1);
      return block(prefix, [[name, block(prefix + unit, fields(entry))]]);
    },
    /** The entry in place of an existing value. */
    valueLike: (whole: string, value: Node, entry: Entry) =>
      isOneLine || (value.children?.length && !/[\r\n]/.test(slice(whole, value)))
        ? inline(fields(entry))
        : block(indentAt(whole, value.offset), fields(entry)),
  };
}

const slice = (text: string, { offset, length }: Node) => text.slice(offset, offset + length);

/** Returns the whitespace at the start of the line. */
function indentAt(text: string, offset: number): string {
  const line =
    text
      .slice(0, offset)
      .split(/[\r\n]/)
      .at(-1) ?? "";
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

/** Returns the indentation of an object's members. */
function memberIndent(text: string, { node, list }: Members, unit: string, depth: number): string {
  const own = list.findLast(({ start }) => /(?:[\r\n])[ \t]*$/.test(text.slice(0, start)));
  if (own) return indentAt(text, own.start);
  return depth === 1 ? unit : indentAt(text, node.offset) + unit;
}

/**
 * Inserts a member at the end of an object.
 * @returns `inner`: the text between the braces if the object had no members
 */
export function insertMember(
  text: string,
  target: Members,
  name: string,
  value: string,
  depth: number,
  style: Style,
): { edits: Edit[]; inner?: string } {
  const { node, list, contentEnd } = target;
  const close = node.offset + node.length - 1;
  const last = list.at(-1);
  const member = JSON.stringify(name) + style.colon + value;
  const isInline = style.isInline(target);
  const space = style.colon === ":" ? "" : " ";
  const before = isInline ? (last ? space : "") : style.eol + memberIndent(text, target, style.unit, depth);
  const edits: Edit[] = [];
  if (last && last.comma === undefined) edits.push({ start: last.end, end: last.end, text: "," });
  const trailingComma = last?.comma === undefined ? "" : ",";
  const tail = text.slice(contentEnd, close);
  // A brace on its own line needs a line break, which an object without members doesn't have.
  const after = last || isInline || /[\r\n]/.test(tail) ? "" : style.eol + indentAt(text, node.offset);
  if (after) edits.push({ start: contentEnd, end: close, text: before + member + trailingComma + after });
  else edits.push({ start: contentEnd, end: contentEnd, text: before + member + trailingComma });
  return { edits, ...(!last && { inner: text.slice(node.offset + 1, close) }) };
}

/** Removes a member with its comma and the whitespace before it. */
export function removeMember(text: string, { node, list }: Members, name: string): Edit[] {
  const index = list.findIndex((one) => one.name === name);
  const own = list[index]!;
  const previous = list[index - 1];
  const gap = text.slice(previous?.end ?? node.offset + 1, own.start);
  const space = endsInLineComment(gap) && !endsLine(text, own) ? 0 : gap.length - gap.trimEnd().length;
  const edits: Edit[] = [{ start: own.start - space, end: own.end, text: "" }];
  const comma = own.comma ?? (index === list.length - 1 ? previous?.comma : undefined);
  if (comma !== undefined) edits.push({ start: comma, end: comma + 1, text: "" });
  return edits;
}

/** True if a line comment would swallow what follows if the whitespace after it went. */
function endsInLineComment(gap: string): boolean {
  const comments = gap.match(/\/\/[^\r\n]*|\/\*[\s\S]*?\*\//g);
  const last = comments?.at(-1);
  return last?.startsWith("//") === true && gap.trimEnd().endsWith(last.trimEnd());
}

/** True if nothing but the member's comma follows it on its line. */
function endsLine(text: string, { end }: Member): boolean {
  return /^[ \t]*,?[ \t]*(?:[\r\n]|$)/.test(text.slice(end));
}

/** Restores the text between the braces of an object without members, unless comments were added since. */
export function replaceInner(text: string, { node }: Members, inner: string): Edit[] {
  const [start, end] = [node.offset + 1, node.offset + node.length - 1];
  const now = text.slice(start, end);
  return now.trim() === inner.trim() ? [{ start, end, text: inner }] : [];
}
