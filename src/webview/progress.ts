import "@vscode-elements/elements/dist/vscode-progress-bar/index.js";
import { t } from "@vscode/l10n";
import { fill, h } from "./dom.ts";

/** A bar while something is read, with how many of the keys have been asked; empty where nothing is. */
export function drawProgress(element: HTMLElement, isWaiting: boolean, done?: number, all?: number): void {
  const text = all ? t("Reading what each key spent: {0} of {1}", done ?? 0, all) : t("Reading the account's spend…");
  fill(
    element,
    isWaiting && h("vscode-progress-bar", { ...(all && { value: done, max: all }), "aria-label": t("Reading") }),
    isWaiting && h("span", { role: "status" }, text),
  );
}
