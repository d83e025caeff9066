// Edits the text of a policy file, and changes nothing else in it. Pure.
import {
  applyEdits,
  type EditResult,
  type FormattingOptions,
  findNodeAtLocation,
  modify,
  type Node,
  parseTree,
} from "jsonc-parser";
import type { Finding } from "../../../openrouter/safety/findings.ts";
import { containsSecret, type PolicyException, parsePolicy } from "../../../openrouter/safety/policy.ts";
import { redact } from "../../../openrouter/text/redact.ts";

/** An exception to add, or to replace one that has ended. */
export interface ExceptionEdit {
  exception: PolicyException;
  replaces?: PolicyException;
}

/**
 * Returns the edits that add exceptions to a policy file, in the format of those that it has.
 * @returns undefined if the text isn't a valid policy, so that nothing can be added safely
 */
export function addExceptions(text: string, edits: readonly ExceptionEdit[]): EditResult | undefined {
  const before = parsePolicy(text);
  if (!("policy" in before)) return undefined;
  const known = [...before.policy.exceptions];
  let changed = text;
  for (const { exception, replaces } of edits) {
    const same = JSON.stringify(replaces);
    const index = known.findIndex((one) => JSON.stringify(one) === same);
    const at = index < 0 ? known.length : index;
    changed = applyEdits(changed, editAt(changed, at, exception));
    known[at] = exception;
  }
  return "policy" in parsePolicy(changed) ? minimalEdit(text, changed) : undefined;
}

/** Replaces the exception with an index, or appends one. */
function editAt(text: string, index: number, exception: PolicyException): EditResult {
  const elements = findNodeAtLocation(parseTree(text)!, ["exceptions"])?.children ?? [];
  const like = elements[index] ?? elements.at(-1);
  // The library formats a first element; it would format the others anew.
  if (!like)
    return modify(text, ["exceptions", 0], exception, {
      formattingOptions: formattingOf(text),
      isArrayInsertion: true,
    });
  const content = textLike(text, like, exception);
  if (elements[index]) return [{ offset: like.offset, length: like.length, content }];
  const line = lineStart(text, like);
  const separator = line.isFirst ? `,${formattingOf(text).eol}${line.indent}` : ", ";
  return [{ offset: like.offset + like.length, length: 0, content: separator + content }];
}

/** Writes an exception on one line or on several, as another one is written. */
function textLike(text: string, like: Node, exception: PolicyException): string {
  const { eol, insertSpaces, tabSize } = formattingOf(text);
  const isOneLine = !text.slice(like.offset, like.offset + like.length).includes("\n");
  if (isOneLine) {
    const fields = Object.entries(exception).map(([name, value]) => `"${name}": ${JSON.stringify(value)}`);
    return `{ ${fields.join(", ")} }`;
  }
  const unit = insertSpaces ? " ".repeat(tabSize ?? 2) : "\t";
  return JSON.stringify(exception, undefined, unit).replaceAll("\n", `${eol}${lineStart(text, like).indent}`);
}

/** The indentation of a node's line, and whether the node is the first on it. */
function lineStart(text: string, { offset }: Node): { indent: string; isFirst: boolean } {
  const start = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  const [indent = ""] = /^[ \t]*/.exec(start) ?? [];
  return { indent, isFirst: indent === start };
}

/** One edit from the first to the last character that differs. */
function minimalEdit(before: string, after: string): EditResult {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end++;
  const content = after.slice(start, after.length - end);
  return [{ offset: start, length: before.length - end - start, content }];
}

/** Formats like the file: its indentation and line ends. */
function formattingOf(text: string): FormattingOptions {
  const [, indent = "  "] = /^([ \t]+)\S/m.exec(text) ?? [];
  const insertSpaces = !indent.startsWith("\t");
  return { insertSpaces, tabSize: insertSpaces ? indent.length : 4, eol: text.includes("\r\n") ? "\r\n" : "\n" };
}

interface NamedKey {
  name: string;
  label: string;
  hash: string;
  workspace_id?: string | null;
}

/**
 * Names a key for an exception as readable as it is unique: by name, by name and workspace, by label, or by hash. Others of
 * the account may have its name, a `*` in a name would cover more, and a name may contain a secret that was pasted into it.
 */
export function nameForException(
  key: NamedKey,
  keys: readonly NamedKey[],
  workspaceName: (id: string) => string | undefined,
): Pick<PolicyException, "key" | "workspace"> {
  const others = keys.filter(({ hash }) => hash !== key.hash);
  const isFree = (text: string, among: readonly NamedKey[]) =>
    !among.some(({ name, label, hash }) => [name, label, hash].includes(text));
  const isSafe = (text: string) => text.trim() !== "" && !text.includes("*") && !containsSecret(text);
  const isUsable = isSafe(key.name) && redact(key.name) === key.name && key.name.length <= 200;
  if (isUsable && isFree(key.name, others)) return { key: key.name };
  const named = key.workspace_id ? workspaceName(key.workspace_id) : undefined;
  const workspace = named !== undefined && redact(named) !== named ? key.workspace_id! : named;
  const neighbors = others.filter(({ workspace_id }) => workspace_id === key.workspace_id);
  if (isUsable && workspace !== undefined && isFree(key.name, neighbors)) return { key: key.name, workspace };
  if (isSafe(key.label) && isFree(key.label, others)) return { key: key.label };
  return { key: key.hash };
}

/** Returns the exception that a new one replaces: one that has ended and covers only this key. */
export function replacedBy({ endedException }: Pick<Finding, "endedException">, exception: PolicyException) {
  if (!endedException || endedException.key.includes("*")) return undefined;
  return endedException.rule === exception.rule ? endedException : undefined;
}
