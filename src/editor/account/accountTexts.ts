import * as vscode from "vscode";
import { MAX_NAME_LENGTH, nameProblem } from "./accountNames.ts";
import type { Profile } from "./profileList.ts";

/** Returns why an account can't have this name; undefined if it can. */
export function nameProblemText(text: string, others: readonly Profile[]): string | undefined {
  const t = vscode.l10n.t;
  switch (nameProblem(text, others)) {
    case "empty":
      return t("Enter a name.");
    case "long":
      return t("A name can have at most {0} characters.", MAX_NAME_LENGTH);
    case "unprintable":
      return t("A name can't contain invisible characters.");
    case "reserved":
      return t("This name is reserved.");
    case "taken":
      return t("Another account has this name.");
    default:
      return undefined;
  }
}

/** Asks for the name of an account. @returns undefined when closed */
export async function askName(
  title: string,
  { value, others }: { value: string; others: readonly Profile[] },
): Promise<string | undefined> {
  const name = await vscode.window.showInputBox({
    title,
    value,
    prompt: vscode.l10n.t("The name of the account in VS Code. OpenRouter doesn't get it."),
    ignoreFocusOut: true,
    validateInput: (text) => nameProblemText(text, others),
  });
  return name?.trim();
}
