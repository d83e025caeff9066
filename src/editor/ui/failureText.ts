import * as vscode from "vscode";
import { formatTime } from "../../openrouter/text/format.ts";
import { viewStateForError } from "../account/viewStateForError.ts";
import type { Resource } from "../data/resource.ts";
import { unreachableStates, type ViewState } from "../platform/ids.ts";
import { displayLocale } from "../platform/locale.ts";

type Failed = Pick<Resource<unknown>, "current" | "error" | "failure">;

/**
 * Returns since when and why a view's data is stale, or why it can't be loaded yet; undefined if neither is the case.
 * @param credits the data of the Credits view: what it says, other views only mention
 */
export function failureText(shown: Failed, credits: Failed): string | undefined {
  if (!shown.failure) return undefined;
  const t = vscode.l10n.t;
  const state = viewStateForError(shown.error);
  const isSaid = shown !== credits && credits.failure !== undefined && viewStateForError(credits.error) === state;
  if (shown.current) {
    const time = formatTime(shown.current.readAt, displayLocale());
    return isSaid ? shortText(state, time) : t("Not refreshed since {0}. {1}", time, shown.failure);
  }
  // Welcome views can't say when to try again.
  if (state !== "rateLimited") return undefined;
  return isSaid ? t("Too many requests") : shown.failure;
}

function shortText(state: ViewState, time: string): string {
  const t = vscode.l10n.t;
  if (unreachableStates.some((one) => one === state)) return t("Offline: figures of {0}", time);
  if (state === "rateLimited") return t("Too many requests: figures of {0}", time);
  return t("Not refreshed since {0}", time);
}
