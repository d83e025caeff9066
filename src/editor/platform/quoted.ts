import * as vscode from "vscode";
import { quotable } from "./quotable.ts";

const MAX_NAME = 60;
/** A sentence names at most this many. */
const NAMED = 6;

/**
 * A text from the account or an agent within a sentence of ours: on one line, cut where it is long, and in quotation
 * marks that it cannot close itself.
 */
export function quoted(text: string, max = MAX_NAME): string {
  return vscode.l10n.t("“{0}”", quotable(text, max));
}

/** Names from the account, each one quoted; the rest is counted. */
export function quotedNames(names: readonly string[]): string {
  return joinFirst(names.map((name) => quoted(name)));
}

/** The first of several texts, and how many more there are. */
export function joinFirst(texts: readonly string[]): string {
  const first = texts.slice(0, NAMED).join(", ");
  const rest = texts.length - NAMED;
  return rest > 0 ? vscode.l10n.t("{0} and {1} more", first, rest) : first;
}
