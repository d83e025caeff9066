// Edits the text of a policy file, and changes nothing else in it. Pure.
import { applyEdits, type EditResult, type FormattingOptions, modify } from "jsonc-parser";
import type { Finding } from "../../../openrouter/safety/findings.ts";
import { type PolicyException, parsePolicy } from "../../../openrouter/safety/policy.ts";

/** An exception to add, or to replace one that has ended. */
export interface ExceptionEdit {
  exception: PolicyException;
  replaces?: PolicyException;
}

/** @returns the edits; undefined if the text isn't a valid policy, so that nothing can be added safely */
export function addExceptions(text: string, edits: readonly ExceptionEdit[]): EditResult | undefined {
  const before = parsePolicy(text);
  if (!("policy" in before)) return undefined;
  const formattingOptions = formattingOf(text);
  const same = (a: PolicyException, b: PolicyException) => JSON.stringify(a) === JSON.stringify(b);
  const known = [...before.policy.exceptions];
  let changed = text;
  for (const { exception, replaces } of edits) {
    const index = replaces ? known.findIndex((one) => same(one, replaces)) : -1;
    const isNew = index < 0;
    const path = ["exceptions", isNew ? known.length : index];
    const options = { formattingOptions, isArrayInsertion: isNew };
    changed = applyEdits(changed, modify(changed, path, exception, options));
    known[isNew ? known.length : index] = exception;
  }
  return "policy" in parsePolicy(changed) ? minimalEdit(text, changed) : undefined;
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
 * the account may have its name, and a `*` in a name would cover more.
 */
export function nameForException(
  key: NamedKey,
  keys: readonly NamedKey[],
  workspaceName: (id: string) => string | undefined,
): Pick<PolicyException, "key" | "workspace"> {
  const others = keys.filter(({ hash }) => hash !== key.hash);
  const isFree = (text: string, among: readonly NamedKey[]) =>
    !among.some(({ name, label, hash }) => [name, label, hash].includes(text));
  const isUsable = key.name.trim() !== "" && !key.name.includes("*") && key.name.length <= 200;
  if (isUsable && isFree(key.name, others)) return { key: key.name };
  const workspace = key.workspace_id ? workspaceName(key.workspace_id) : undefined;
  const neighbors = others.filter(({ workspace_id }) => workspace_id === key.workspace_id);
  if (isUsable && workspace !== undefined && isFree(key.name, neighbors)) return { key: key.name, workspace };
  if (key.label.trim() !== "" && !key.label.includes("*") && isFree(key.label, others)) return { key: key.label };
  return { key: key.hash };
}

/** Returns the exception that a new one replaces: one that has ended and covers only this key. */
export function replacedBy(
  { endedException, rule }: Pick<Finding, "endedException" | "rule">,
  exception: PolicyException,
) {
  if (!endedException || endedException.key.includes("*")) return undefined;
  return endedException.rule === exception.rule || exception.rule === "*" ? endedException : rule && undefined;
}
