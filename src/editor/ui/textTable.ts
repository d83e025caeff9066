import * as vscode from "vscode";
import { safeLabel } from "../platform/safeLabel.ts";

/** A heading with a two-column table of plain text. */
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

/** Plain text as Markdown, with the blanks at which lines may break; `appendText` alone makes them fixed. */
function wrapping(text: string): string {
  return new vscode.MarkdownString().appendText(text).value.replaceAll("&nbsp;", " ");
}
