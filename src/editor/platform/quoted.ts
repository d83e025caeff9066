import * as vscode from "vscode";
import { quotable } from "./quotable.ts";

const MAX_NAME = 60;
/** The most names listed in one sentence. */
const MAX_NAMES = 6;

/**
 * Quotes a text from the account or an agent for one of our messages: one line, truncated, and without quotation marks
 * that could end the quote.
 */
export function quoted(text: string, max = MAX_NAME): string {
  return vscode.l10n.t("“{0}”", quotable(text, max));
}

/** Quotes and lists names from the account; the rest is counted. */
export function quotedNames(names: readonly string[]): string {
  return joinFirst(names.map((name) => quoted(name)));
}

/** Lists the first few texts and counts the rest. */
export function joinFirst(texts: readonly string[], max = MAX_NAMES): string {
  const first = texts.slice(0, max).join(", ");
  const rest = texts.length - max;
  return rest > 0 ? vscode.l10n.t("{0} and {1} more", first, rest) : first;
}
