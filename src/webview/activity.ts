// Entry point of the webviews: the panel, or the compact sidebar view if the page asks for it.
import "./activity.css";
import { config } from "@vscode/l10n";
import { createCompact } from "./compact.ts";
import { createPanel, type Panel } from "./panel.ts";
import { type FromWebview, parseState, parseToWebview } from "./protocol.ts";

/** VS Code's API in a webview. */
declare function acquireVsCodeApi(): {
  postMessage(message: FromWebview): void;
  getState(): unknown;
  setState(state: unknown): void;
};

const editor = acquireVsCodeApi();
const root = document.querySelector("main")!;
let panel: Panel | undefined;

window.addEventListener("message", ({ data }) => {
  const message = parseToWebview(data);
  if (!message) return;
  if (message.type !== "start") return panel?.receive(message);
  config({ contents: message.translations ?? {} });
  document.documentElement.lang = message.locale;
  const post = (out: FromWebview) => editor.postMessage(out);
  const { locale, scopes, accountId } = message;
  panel =
    document.body.dataset.view === "compact"
      ? createCompact(root, { locale, post })
      : createPanel(root, {
          locale,
          post,
          scopes,
          accountId,
          state: parseState(editor.getState()),
          saveState: (state) => editor.setState(state),
        });
});

// A theme change sets another class or other CSS variables.
const themes = new MutationObserver(() => panel?.redraw());
themes.observe(document.body, { attributes: true, attributeFilter: ["class"] });
themes.observe(document.documentElement, { attributes: true, attributeFilter: ["style"] });

editor.postMessage({ type: "ready" });
