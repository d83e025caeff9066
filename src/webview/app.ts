// Entry of the chart in a chat (MCP App): draws what or_activity or or_overview answered, beside the model's text.
import "./activity.css";
import "./app.css";
import { App, applyDocumentTheme, applyHostStyleVariables } from "@modelcontextprotocol/ext-apps";
import { createChatChart } from "./chatChart.ts";
import { callReadTool, lacksFigures, originalCall, readFigures, resultText, type ToolResult } from "./toolCalls.ts";

const app = new App({ name: "openrouter-admin-activity", version: "1" }, {});
const root = document.querySelector("main")!;
const chart = createChatChart(root, (call, signal) => callReadTool(app, call, signal));
/** The arguments of the call that this page was opened for. */
let input: Record<string, unknown> | undefined;

app.ontoolinput = ({ arguments: args = {} }) => {
  input = args;
};
app.ontoolresult = (result) => receive(result as ToolResult);
app.ontoolcancelled = () => chart.fail(new Error("The call was cancelled."));
app.onteardown = () => {
  chart.stop();
  return {};
};
app.onhostcontextchanged = follow;

// A theme of VS Code is a class of the page, or other variables.
const themes = new MutationObserver(() => chart.redraw());
themes.observe(document.body, { attributes: true, attributeFilter: ["class"] });

await app.connect();
follow(app.getHostContext() ?? {});

/** Draws an answer. One whose figures the host has dropped is asked for once more, or else shown as the text that it is. */
function receive(answer: ToolResult): void {
  const call = originalCall(app, input);
  try {
    if (!lacksFigures(answer)) chart.show(readFigures(answer));
    else if (call) void chart.read(call, resultText(answer));
    else chart.showText(resultText(answer));
  } catch (error) {
    chart.fail(error);
  }
}

function follow({ theme, styles, locale }: NonNullable<ReturnType<App["getHostContext"]>>): void {
  if (theme) applyDocumentTheme(theme);
  if (styles?.variables) applyHostStyleVariables(styles.variables);
  chart.redraw(known(locale));
}

/** A name that is no language's would fail every figure. */
function known(locale: string | undefined): string | undefined {
  try {
    return Intl.getCanonicalLocales(locale)[0];
  } catch {
    return undefined;
  }
}
