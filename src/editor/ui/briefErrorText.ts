import * as vscode from "vscode";
import { viewStateForError } from "../account/viewStateForError.ts";
import { errorText } from "../platform/errorText.ts";
import { unreachableStates, type ViewState } from "../platform/ids.ts";

/**
 * Returns why something can't be read; briefly if the Credits view says at length that OpenRouter can't be reached.
 * @param said the state of the Credits view; undefined if it shows its data
 */
export function briefErrorText(error: unknown, said: ViewState | undefined): string {
  const state = viewStateForError(error);
  const isSaid = state === said;
  if (isSaid && unreachableStates.some((one) => one === state)) return vscode.l10n.t("Offline");
  return isSaid && state === "rateLimited" ? vscode.l10n.t("Too many requests") : errorText(error);
}
