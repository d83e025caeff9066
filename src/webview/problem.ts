import { t } from "@vscode/l10n";
import { fill, h } from "./dom.ts";
import type { webviewCommands } from "./protocol.ts";

type Command = (typeof webviewCommands)[number];

/** What failed, and what can be done about it: what helps most comes first. */
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
