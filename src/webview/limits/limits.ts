// Entry point of the page "What Limits This Key".
import "./limits.css";
import { config } from "@vscode/l10n";
import { createLimitsPage, type LimitsView } from "./page.ts";
import { type FromLimits, parseSubject, parseToLimits } from "./protocol.ts";

/** VS Code's API in a webview. */
declare function acquireVsCodeApi(): {
  postMessage(message: FromLimits): void;
  getState(): unknown;
  setState(state: unknown): void;
};

const editor = acquireVsCodeApi();
const root = document.querySelector("main")!;
let view: LimitsView | undefined;

window.addEventListener("message", ({ data }) => {
  const message = parseToLimits(data);
  if (message?.type === "start") {
    config({ contents: message.translations ?? {} });
    document.documentElement.lang = message.locale;
    view ??= createLimitsPage(root, (out) => editor.postMessage(out));
    return;
  }
  if (message?.type === "page") editor.setState(message.subject);
  if (message) view?.receive(message);
});

editor.postMessage({ type: "ready", subject: parseSubject(editor.getState()) });
