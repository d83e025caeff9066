import * as vscode from "vscode";

/** A paragraph; what is empty, false or undefined is left out. */
type Paragraph = string | false | undefined;

interface ModalOptions<B extends string> {
  /** Below the question, as paragraphs. */
  detail?: readonly Paragraph[];
  /** Beside Cancel, which VS Code adds; the first one is the default. */
  buttons: readonly B[];
  severity?: "warning" | "information" | "error";
}

const shows = {
  warning: vscode.window.showWarningMessage,
  information: vscode.window.showInformationMessage,
  error: vscode.window.showErrorMessage,
};

/** Asks a modal question. @returns the button that was pressed, or undefined for Cancel */
export async function askModal<B extends string>(question: string, options: ModalOptions<B>): Promise<B | undefined> {
  const detail = options.detail?.filter(Boolean).join("\n\n");
  const show = shows[options.severity ?? "warning"];
  return (await show(question, { modal: true, detail }, ...options.buttons)) as B | undefined;
}

/** Asks a modal question with one button beside Cancel. @returns true if that was pressed */
export async function confirm(question: string, accept: string, detail: readonly Paragraph[]): Promise<boolean> {
  return (await askModal(question, { detail, buttons: [accept] })) === accept;
}
