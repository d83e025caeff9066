import * as vscode from "vscode";
import { type AskedAccount, accountText } from "./accountText.ts";

/** Empty, false and undefined paragraphs are omitted. */
type Paragraph = string | false | undefined;

interface ModalOptions<B extends string> {
  /** Paragraphs below the question; the account follows in one of its own. */
  detail?: readonly Paragraph[];
  /** VS Code adds Cancel. */
  buttons: readonly B[];
  /**
   * A button that changes nothing, such as "Keep Key", for questions about something destructive. It comes first, since
   * the first button has the focus: Enter alone then destroys nothing.
   */
  safe?: string;
  severity?: "warning" | "information" | "error";
}

const showMessage = {
  warning: vscode.window.showWarningMessage,
  information: vscode.window.showInformationMessage,
  error: vscode.window.showErrorMessage,
};

/** Asks a modal question and names the account that it is about. @returns the pressed button; undefined for Cancel and `safe` */
export async function askModal<B extends string>(
  account: AskedAccount,
  question: string,
  options: ModalOptions<B>,
): Promise<B | undefined> {
  const detail = [...(options.detail ?? []), accountText(account)].filter(Boolean).join("\n\n");
  const show = showMessage[options.severity ?? "warning"];
  const { safe, buttons } = options;
  const pressed = await show(question, { modal: true, detail }, ...(safe === undefined ? [] : [safe]), ...buttons);
  return buttons.find((button) => button === pressed);
}

/**
 * Asks a modal question with one button and Cancel.
 * @param safe the button that has the focus instead of `accept`; see `askModal`
 * @returns true if `accept` was pressed
 */
export async function confirm(
  account: AskedAccount,
  question: string,
  accept: string,
  detail: readonly Paragraph[],
  safe?: string,
): Promise<boolean> {
  return (await askModal(account, question, { detail, buttons: [accept], safe })) === accept;
}
