import * as vscode from "vscode";
import type { AccountSource } from "./ids.ts";
import { quoted } from "./quoted.ts";

/** What every surface needs to name an account; a session has it. */
export interface NamedAccount {
  readonly name: string;
  readonly source: AccountSource;
}

/** Names an account in a paragraph of its own, as at the end of every confirmation. */
export function accountText({ name, source }: NamedAccount): string {
  const t = vscode.l10n.t;
  return source === "sample"
    ? t("Account: {0} (sample account, invented data)", quoted(name))
    : t("Account: {0}", quoted(name));
}
