import * as vscode from "vscode";
import {
  InferenceKeyError,
  NetworkError,
  OpenRouterError,
  TimeoutError,
  UnauthorizedError,
} from "../../openrouter/index.ts";
import { managementKeysUrl } from "../../openrouter/links.ts";
import { errorText } from "../platform/errorText.ts";
import { messageOf } from "../platform/messageOf.ts";

/**
 * Asks for a key in a password input. On an error the input stays open and keeps its text.
 * @param save verifies and stores the key; its errors are shown in the input
 * @returns true if a key was stored
 */
export function promptForKey(save: (key: string, signal: AbortSignal) => Promise<void>): Promise<boolean> {
  const box = vscode.window.createInputBox();
  const keysPage: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon("link-external"),
    tooltip: vscode.l10n.t("Open OpenRouter's Management Keys page"),
  };
  box.title = vscode.l10n.t("Set Provisioning (Management) Key");
  box.placeholder = "sk-or-v1-…";
  box.prompt = vscode.l10n.t(
    "Paste a key from {0}. It is verified, then stored in VS Code's secret storage.",
    managementKeysUrl,
  );
  box.password = true;
  box.ignoreFocusOut = true;
  box.buttons = [keysPage];

  const closed = new AbortController();
  const { promise, resolve } = Promise.withResolvers<boolean>();

  async function accept(): Promise<void> {
    if (box.busy) return;
    box.validationMessage = keyFormatProblem(box.value);
    if (box.validationMessage) return;
    box.busy = true;
    box.enabled = false;
    try {
      await save(box.value.trim(), closed.signal);
      resolve(!closed.signal.aborted);
      box.hide();
    } catch (error) {
      if (!closed.signal.aborted) box.validationMessage = keyErrorText(error);
    } finally {
      box.enabled = true;
      box.busy = false;
    }
  }

  box.onDidChangeValue((text) => {
    box.validationMessage = text.trim() ? keyFormatProblem(text) : undefined;
  });
  box.onDidTriggerButton(() => vscode.env.openExternal(vscode.Uri.parse(managementKeysUrl)));
  box.onDidAccept(accept);
  box.onDidHide(() => {
    closed.abort();
    resolve(false);
    box.dispose();
  });
  box.show();
  return promise;
}

function keyErrorText(error: unknown): string {
  const t = vscode.l10n.t;
  if (error instanceof UnauthorizedError)
    return t("OpenRouter rejected this key. It may be mistyped, revoked or expired. It was not saved.");
  if (error instanceof InferenceKeyError)
    return t(
      "This is an inference key. It can run models, but can't read or manage the account. Use a Provisioning (Management) key.",
    );
  if (error instanceof NetworkError || error instanceof TimeoutError)
    return t("Couldn't verify the key. {0}", errorText(error));
  if (error instanceof OpenRouterError) return errorText(error);
  return t("Couldn't save the key: {0}", messageOf(error));
}

/** Returns why the text can't be a key, before it is sent; undefined if it can. */
function keyFormatProblem(text: string): string | undefined {
  const key = text.trim();
  if (/\s/.test(key)) return vscode.l10n.t("Keys can't contain spaces or line breaks.");
  if (!/^sk-or-./.test(key)) return vscode.l10n.t("OpenRouter keys start with sk-or-.");
  return undefined;
}
