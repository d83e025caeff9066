import * as vscode from "vscode";

/** Thrown if an operation needs an account and the user is signed out. */
export class NoAccountError extends Error {
  override name = "NoAccountError";

  constructor() {
    super(vscode.l10n.t("There is no account yet. Set a key first."));
  }
}
