import * as vscode from "vscode";
import { type AskedAccount, accountText } from "./accountText.ts";

/** Empty, false and undefined paragraphs are omitted. */
type Paragraph = string | false | undefined;

interface ModalOptions<B extends string> {
  /** Paragraphs below the question; the account follows in one of its own. */
  detail?: readonly Paragraph[];
  /** VS Code adds Cancel; the first button is the default. */
  buttons: readonly B[];
  severity?: "warning" | "information" | "error";
}

const showMessage = {
  warning: vscode.window.showWarningMessage,
  information: vscode.window.showInformationMessage,
  error: vscode.window.showErrorMessage,
};

/** Asks a modal question and names the account that it is about. @returns the pressed button; undefined for Cancel */
export async function askModal<B extends string>(
  account: AskedAccount,
  question: string,
  options: ModalOptions<B>,
): Promise<B | undefined> {
  const detail = [...(options.detail ?? []), accountText(account)].filter(Boolean).join("\n\n");
  const show = showMessage[options.severity ?? "warning"];
  return (await show(question, { modal: true, detail }, ...options.buttons)) as B | undefined;
}

/** Asks a modal question with one button and Cancel. @returns true if the button was pressed */
export async function confirm(
  account: AskedAccount,
  question: string,
  accept: string,
  detail: readonly Paragraph[],
): Promise<boolean> {
  return (await askModal(account, question, { detail, buttons: [accept] })) === accept;
}
