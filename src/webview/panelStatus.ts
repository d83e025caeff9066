// The panel's progress and failure messages.
import "@vscode-elements/elements/dist/vscode-progress-bar/index.js";
import { t } from "@vscode/l10n";
import { fill, h } from "./dom.ts";
import type { webviewCommands } from "./protocol.ts";

/** Draws a progress bar while figures are loading, with the number of keys read; otherwise nothing. */
export function drawProgress(element: HTMLElement, isWaiting: boolean, done?: number, total?: number): void {
  const text = total ? t("Loading spend by key: {0} of {1}", done ?? 0, total) : t("Loading spend…");
  fill(
    element,
    isWaiting && h("vscode-progress-bar", { ...(total && { value: done, max: total }), "aria-label": t("Loading") }),
    isWaiting && h("span", { role: "status" }, text),
  );
}

/** Draws a progress bar with a text, or nothing. */
export function drawWaiting(element: HTMLElement, text: string | undefined): void {
  const parts =
    text === undefined
      ? []
      : [h("vscode-progress-bar", { "aria-label": t("Loading") }), h("span", { role: "status" }, text)];
  fill(element, ...parts);
}

type Command = (typeof webviewCommands)[number];

/** Draws an error message and its actions, the most helpful one first. */
export function drawProblem(
  element: HTMLElement,
  message: string,
  command: Command | undefined,
  { retry, run }: { retry(): void; run(command: Command): void },
): void {
  const texts: Record<Command, string> = {
    setKey: t("Set Key"),
    openLog: t("Open Log"),
    openActivity: t("Open Activity"),
  };
  const choices = [
    { text: t("Retry"), click: retry },
    ...(command ? [{ text: texts[command], click: () => run(command) }] : []),
  ];
  // Without a valid key, retrying doesn't help.
  if (command === "setKey") choices.reverse();
  const buttons = choices.map(({ text, click }, i) => h("vscode-button", { secondary: i > 0, on: { click } }, text));
  fill(element, h("p", {}, message), h("div", { class: "actions" }, ...buttons));
}
