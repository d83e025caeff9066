import * as vscode from "vscode";
import { answered, type BACK, type Place } from "./wizard.ts";

export interface TextOptions {
  value?: string;
  prompt?: string;
  placeholder?: string;
  /** What is wrong with the text, or undefined; shown while typing. */
  validate?(text: string): string | undefined;
}

/** One line of text, validated as it is typed. @throws vscode.CancellationError when closed */
export function askText(place: Place, options: TextOptions): Promise<string | typeof BACK> {
  const box = vscode.window.createInputBox();
  box.value = options.value ?? "";
  box.prompt = options.prompt;
  box.placeholder = options.placeholder;
  return answered<vscode.InputBox, string>(box, place, (resolve) => {
    box.onDidChangeValue((text) => {
      box.validationMessage = options.validate?.(text);
    });
    box.onDidAccept(() => {
      box.validationMessage = options.validate?.(box.value);
      if (!box.validationMessage) resolve(box.value);
    });
  });
}
