import * as vscode from "vscode";
import { awaitInput, type BACK, type InputPosition, withAbout } from "./wizard.ts";

export interface TextOptions {
  value?: string;
  prompt?: string;
  placeholder?: string;
  /** Returns why the text is invalid, or undefined; called while typing. */
  validate?(text: string): string | undefined;
}

/** Asks for one line of text and validates it while typing. @throws vscode.CancellationError when closed */
export function askText(position: InputPosition, options: TextOptions): Promise<string | typeof BACK> {
  const box = vscode.window.createInputBox();
  box.value = options.value ?? "";
  box.prompt = withAbout(options.prompt, position);
  box.placeholder = options.placeholder;
  return awaitInput<vscode.InputBox, string>(box, position, (resolve) => {
    box.onDidChangeValue((text) => {
      box.validationMessage = options.validate?.(text);
    });
    box.onDidAccept(() => {
      box.validationMessage = options.validate?.(box.value);
      if (!box.validationMessage) resolve(box.value);
    });
  });
}
