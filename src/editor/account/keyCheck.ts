import * as vscode from "vscode";

/** What is wrong with the text as a key, before anything is sent; undefined when it may be one. */
export function keyFormatProblem(text: string): string | undefined {
  const key = text.trim();
  if (/\s/.test(key)) return vscode.l10n.t("A key has no blanks or line breaks in it.");
  if (!/^sk-or-./.test(key)) return vscode.l10n.t("An OpenRouter key starts with sk-or-.");
  return undefined;
}
