// The panel's progress and failure messages.
import "@vscode-elements/elements/dist/vscode-progress-bar/index.js";
import { t } from "@vscode/l10n";
import { fill, h } from "./dom.ts";
import type { webviewCommands } from "./protocol.ts";

/** A bar while something is read, with how many of the keys have been asked; empty where nothing is. */
export function drawProgress(element: HTMLElement, isWaiting: boolean, done?: number, all?: number): void {
  const text = all ? t("Reading what each key spent: {0} of {1}", done ?? 0, all) : t("Reading the account's spend…");
  fill(
    element,
    isWaiting && h("vscode-progress-bar", { ...(all && { value: done, max: all }), "aria-label": t("Reading") }),
    isWaiting && h("span", { role: "status" }, text),
  );
}

type Command = (typeof webviewCommands)[number];

/** Shows a failure and its actions, the most helpful one first. */
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
  // Without a key, or with a wrong one, trying again helps nobody.
  if (command === "setKey") choices.reverse();
  const buttons = choices.map(({ text, click }, i) => h("vscode-button", { secondary: i > 0, on: { click } }, text));
  fill(element, h("p", {}, message), h("div", { class: "actions" }, ...buttons));
}
