import * as vscode from "vscode";

/** Empty, false and undefined paragraphs are omitted. */
type Paragraph = string | false | undefined;

interface ModalOptions<B extends string> {
  /** Paragraphs below the question. */
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

/** Asks a modal question. @returns the pressed button; undefined for Cancel */
export async function askModal<B extends string>(question: string, options: ModalOptions<B>): Promise<B | undefined> {
  const detail = options.detail?.filter(Boolean).join("\n\n");
  const show = showMessage[options.severity ?? "warning"];
  return (await show(question, { modal: true, detail }, ...options.buttons)) as B | undefined;
}

/** Asks a modal question with one button and Cancel. @returns true if the button was pressed */
export async function confirm(question: string, accept: string, detail: readonly Paragraph[]): Promise<boolean> {
  return (await askModal(question, { detail, buttons: [accept] })) === accept;
}
