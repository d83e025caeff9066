import * as vscode from "vscode";
import { type Client, getCurrentKey, OpenRouterError, type RequestOptions } from "../openrouter/index.ts";

/** The key is valid, but one for inference: it would read as an empty account. */
export class WrongKindOfKeyError extends OpenRouterError {
  override name = "WrongKindOfKeyError";
}

/** @throws WrongKindOfKeyError when the client's key cannot manage an account; else what the request throws */
export async function requireManagementKey(client: Client, options?: RequestOptions): Promise<void> {
  const key = await getCurrentKey(client, options);
  if (key.is_management_key || key.is_provisioning_key) return;
  throw new WrongKindOfKeyError(
    vscode.l10n.t("This is an inference key: it can run models, but cannot read or manage the account."),
    vscode.l10n.t("Use a Provisioning (Management) key."),
  );
}

/** What is wrong with the text as a key, before anything is sent; undefined when it may be one. */
export function keyFormatProblem(text: string): string | undefined {
  const key = text.trim();
  if (/\s/.test(key)) return vscode.l10n.t("A key has no blanks or line breaks in it.");
  if (!/^sk-or-./.test(key)) return vscode.l10n.t("An OpenRouter key starts with sk-or-.");
  return undefined;
}
