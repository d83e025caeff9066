// Entry of the chart in a chat (MCP App): draws what or_activity or or_overview answered, beside the model's text.
import "./activity.css";
import "./app.css";
import { App, applyDocumentTheme, applyHostStyleVariables } from "@modelcontextprotocol/ext-apps";
import { createChatChart } from "./chatChart.ts";
import { callReadTool, figuresOf, type ToolAnswer } from "./toolCalls.ts";

const app = new App({ name: "openrouter-admin-activity", version: "1" }, {});
const root = document.querySelector("main")!;
const chart = createChatChart(root, (name, args) => callReadTool(app, name, args));

app.ontoolresult = (result) => {
  try {
    chart.show(figuresOf(result as ToolAnswer));
  } catch (error) {
    chart.fail(error);
  }
};
app.ontoolcancelled = () => chart.fail(new Error("The call was cancelled."));
app.onhostcontextchanged = follow;

// A theme of VS Code is a class of the page, or other variables.
const themes = new MutationObserver(() => chart.redraw());
themes.observe(document.body, { attributes: true, attributeFilter: ["class"] });

await app.connect();
follow(app.getHostContext() ?? {});

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
