// Entry point of the page in the chat (MCP App): draws the results of tools beside the model's text.
import "./activity.css";
import "./app.css";
import { App, applyDocumentTheme, applyHostStyleVariables } from "@modelcontextprotocol/ext-apps";
import { createChatPage } from "./chatPage.ts";
import { callReadTool, lacksFigures, originalCall, readFigures, resultText, type ToolResult } from "./toolCalls.ts";

const app = new App({ name: "openrouter-admin-activity", version: "1" }, {});
const root = document.querySelector("main")!;
const page = createChatPage(root, (call, signal) => callReadTool(app, call, signal));
/** The arguments of the call that this page was opened for. */
let input: Record<string, unknown> | undefined;

app.ontoolinput = ({ arguments: args = {} }) => {
  input = args;
};
app.ontoolresult = (result) => receive(result as ToolResult);
app.ontoolcancelled = () => page.fail(new Error("The tool call was cancelled."));
app.onteardown = () => {
  page.stop();
  return {};
};
app.onhostcontextchanged = applyHostContext;

// A VS Code theme sets a class or CSS variables of the page.
const themes = new MutationObserver(() => page.redraw());
themes.observe(document.body, { attributes: true, attributeFilter: ["class"] });

await app.connect();
applyHostContext(app.getHostContext() ?? {});

/** Draws a tool result. If the host dropped its figures, calls the tool again, or else shows the result's text. */
function receive(result: ToolResult): void {
  const call = originalCall(app, input);
  try {
    if (!lacksFigures(result)) page.show(readFigures(result));
    else if (call) void page.read(call, resultText(result));
    else page.showText(resultText(result));
  } catch (error) {
    page.fail(error);
  }
}

function applyHostContext({ theme, styles, locale }: NonNullable<ReturnType<App["getHostContext"]>>): void {
  if (theme) applyDocumentTheme(theme);
  if (styles?.variables) applyHostStyleVariables(styles.variables);
  page.redraw(locale);
}
