import * as vscode from "vscode";

/** Thrown by what needs an account where there is none; the next step is to set a key. */
export class NoAccountError extends Error {
  override name = "NoAccountError";

  constructor() {
    super(vscode.l10n.t("There is no account yet. Set a key first."));
  }
}
