import * as vscode from "vscode";
import { setContext } from "../platform/contextKeys.ts";
import { contextKeys, type ViewId } from "../platform/ids.ts";

interface FilterBoxOptions {
  /** The view that is filtered; it is opened first, so that its rows are in sight. */
  view: ViewId;
  title: string;
  prompt: string;
  /** The filter in force. */
  value: string;
  /** Applies a filter; called while the user types. */
  apply(filter: string): void;
}

/** Restores the filter of before, if a filter box is open. */
let restore: (() => void) | undefined;

/**
 * Filters a view while the user types. The filter stays when the box closes, since a click on a row that was found closes
 * it, too; only Escape restores the filter of before. Enter moves the focus to the view.
 */
export async function filterBox(options: FilterBoxOptions): Promise<void> {
  await vscode.commands.executeCommand(`${options.view}.focus`, { preserveFocus: true });
  const box = vscode.window.createInputBox();
  box.title = options.title;
  box.prompt = options.prompt;
  box.placeholder = vscode.l10n.t("Type to filter");
  box.value = options.value;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const cancel = () => {
    options.apply(options.value);
    box.hide();
  };
  box.onDidChangeValue((filter) => options.apply(filter.trim()));
  box.onDidAccept(() => {
    resolve(true);
    box.hide();
  });
  box.onDidHide(() => {
    if (restore === cancel) {
      restore = undefined;
      setContext(contextKeys.filtering, false);
    }
    box.dispose();
    resolve(false);
  });
  // VS Code doesn't say why a box was hidden. While this context is set, Escape runs Cancel Filter.
  restore = cancel;
  setContext(contextKeys.filtering, true);
  box.show();
  if (await promise) await vscode.commands.executeCommand(`${options.view}.focus`);
}

/** Closes the filter box and restores the filter of before. */
export function cancelFilter(): void {
  restore?.();
}
