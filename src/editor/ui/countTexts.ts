import * as vscode from "vscode";
import { formatCount } from "../../openrouter/text/format.ts";
import { displayLocale } from "../platform/locale.ts";

const count = (value: number) => formatCount(value, displayLocale());

export function keysText(keys: number): string {
  return keys === 1 ? vscode.l10n.t("1 key") : vscode.l10n.t("{0} keys", count(keys));
}

export function membersText(members: number): string {
  return members === 1 ? vscode.l10n.t("1 member") : vscode.l10n.t("{0} members", count(members));
}
