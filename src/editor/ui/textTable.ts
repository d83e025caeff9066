import * as vscode from "vscode";
import { safeLabel } from "../platform/safeLabel.ts";

/** Creates a heading with a two-column table of plain text. */
export function textTable(heading: string, lines: [string, string][]): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendMarkdown("**").appendText(heading).appendMarkdown("**\n\n|||\n|:--|:--|\n");
  const cell = (content: string) => safeLabel(content).replaceAll("|", "\u00a6");
  for (const [label, value] of lines)
    text
      .appendMarkdown("|")
      .appendText(cell(label))
      .appendMarkdown(`|${wrapping(cell(value))}|\n`);
  return text;
}

/** Escapes plain text for Markdown but keeps normal spaces, so that lines can wrap; `appendText` makes them non-breaking. */
function wrapping(text: string): string {
  return new vscode.MarkdownString().appendText(text).value.replaceAll("&nbsp;", " ");
}
