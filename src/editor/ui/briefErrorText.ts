import * as vscode from "vscode";
import { viewStateForError } from "../account/viewStateForError.ts";
import { errorText } from "../platform/errorText.ts";
import { unreachableStates, type ViewState } from "../platform/ids.ts";

/**
 * Returns why something can't be read, briefly if the Credits view says it.
 * @param said the state of the Credits view; undefined if it shows its data
 */
export function briefErrorText(error: unknown, said: ViewState | undefined): string {
  const t = vscode.l10n.t;
  const state = viewStateForError(error);
  if (state !== said) return errorText(error);
  if (unreachableStates.some((one) => one === state)) return t("Offline");
  if (state === "rateLimited") return t("Too many requests");
  return t("Not loaded");
}
