import * as vscode from "vscode";
import { excerpt } from "../../openrouter/text/printable.ts";
import type { AccountSource } from "./ids.ts";
import { quotable } from "./quotable.ts";
import { quoted } from "./quoted.ts";

/** What every surface needs to name an account; a session has it. */
export interface NamedAccount {
  readonly name: string;
  readonly source: AccountSource;
}

/**
 * What a question or an input is about: an account; one that is not in use, so that its name is unknown; one that
 * was removed; or none.
 * A test lists the few places that may say "none".
 */
export type AskedAccount = NamedAccount | "notInUse" | "removed" | "none";

/** In a title, the account must leave space for the rest. */
const MAX_TITLE_NAME = 32;
const MAX_TITLE = 120;
const MAX_NAME = 200;

/** Names an account in a paragraph of its own, as at the end of every confirmation. */
export function accountText(account: AskedAccount): string {
  const t = vscode.l10n.t;
  if (account === "none") return "";
  if (account === "notInUse") return t("Account: not the one in use");
  if (account === "removed") return t("Account: removed");
  const name = quoted(account.name);
  return account.source === "sample"
    ? t("Account: {0} (sample account, invented data)", name)
    : t("Account: {0}", name);
}

/** Names an account on a line with something else, as in the title of a quick pick. */
export function accountName({ name, source }: NamedAccount): string {
  const characters = Array.from(quotable(name, MAX_NAME));
  const short =
    characters.length > MAX_TITLE_NAME ? `${characters.slice(0, MAX_TITLE_NAME - 1).join("")}…` : characters.join("");
  return source !== "sample" || short === SAMPLE_NAME ? short : vscode.l10n.t("{0} (sample account)", short);
}

/** Adds the account to a title, as in `Create Key — Work`. */
export function titleWithAccount(title: string, account: AskedAccount): string {
  const short = excerpt(title, MAX_TITLE);
  return typeof account === "string" ? short : `${short} — ${accountName(account)}`;
}

/** The name of the sample account, which says what it is. */
const SAMPLE_NAME = "Sample";
