// The page in the chat: the newest tool result as a chart, or its text, and the state of the page's own calls.
import { t } from "@vscode/l10n";
import { drawAccount, serverAccountText } from "./accountLine.ts";
import { createChatChart } from "./chatChart.ts";
import { fill, h, keepFocus } from "./dom.ts";
import { createExplanationView } from "./explain/explanationView.ts";
import { createForecastView } from "./forecast/forecastView.ts";
import type { SpendFigures, ToolCall, ToolFigures } from "./toolCalls.ts";

/** If figures take longer than this, the tool result's text is shown. */
const TEXT_DELAY_MS = 5_000;

export interface ChatPage {
  show(figures: ToolFigures): void;
  /** Calls a tool and shows its figures, or, if that fails, the given text. */
  read(call: ToolCall, text: string): Promise<void>;
  /** Shows a text instead of the chart. */
  showText(text: string): void;
  fail(error: unknown): void;
  /** Aborts the pending call. */
  stop(): void;
  /** Draws again after a change of theme or language. */
  redraw(locale?: string): void;
}

type CallTool = (call: ToolCall, signal: AbortSignal) => Promise<ToolFigures>;

export function createChatPage(root: HTMLElement, call: CallTool): ChatPage {
  let figures: ToolFigures | undefined;
  let locale = navigator.language;
  /** Aborts the pending call. */
  let pending = new AbortController();
  let loading = false;
  let focused: Element | null = null;

  const accountLine = h("p", { class: "account", hidden: true });
  const status = h("p", { class: "hint", role: "status" }, t("Waiting for figures…"));
  const problem = h("div", { class: "problem", role: "alert", hidden: true });
  const resultText = h("div", {
    class: "result-text",
    role: "region",
    "aria-label": t("Result"),
    tabindex: "0",
    hidden: true,
  });
  const chart = createChatChart({ read: readMore, onChange: drawChange });
  const explanation = createExplanationView();
  const forecast = createForecastView();
  const partsOf = { spend: chart.parts, explanation: [explanation.element], forecast: forecast.parts };
  const body = h("div", { class: "body", hidden: true });
  fill(root, h("h1", { class: "visually-hidden" }, t("OpenRouter Activity")), problem, body, resultText, status);

  /** Reads other figures for the chart, which stays until they arrive; undefined if the call failed or was aborted. */
  async function readMore(toolCall: ToolCall): Promise<SpendFigures | undefined> {
    try {
      const result = await callTool(toolCall);
      if (result?.kind !== "spend") return undefined;
      figures = result;
      return result;
    } catch (error) {
      fail(error);
      return undefined;
    }
  }

  async function read(toolCall: ToolCall, text: string): Promise<void> {
    const timer = setTimeout(() => replaceWithText(text), TEXT_DELAY_MS);
    try {
      const result = await callTool(toolCall);
      if (result) show(result);
    } catch {
      showText(text);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Calls a tool; returns undefined if the call was aborted. */
  async function callTool(toolCall: ToolCall): Promise<ToolFigures | undefined> {
    stop();
    const { signal } = pending;
    setLoading(true);
    try {
      const result = await call(toolCall, signal);
      return signal.aborted ? undefined : result;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    } finally {
      if (!signal.aborted) finish();
    }
  }

  function stop(): void {
    pending.abort();
    finish();
  }

  /** Replaces the controller: aborting it after the call has ended would still notify the host. */
  function finish(): void {
    pending = new AbortController();
    setLoading(false);
  }

  function setLoading(isLoading: boolean): void {
    if (isLoading) {
      focused = document.activeElement;
      problem.hidden = true;
    }
    loading = isLoading;
    body.classList.toggle("stale", isLoading);
    chart.disable(isLoading);
    // Disabled elements lose the focus.
    if (!isLoading) {
      if (focused instanceof HTMLElement && document.activeElement === document.body) focused.focus();
      focused = null;
    }
    showStatus();
  }

  function show(next: ToolFigures): void {
    stop();
    if (figures?.kind !== next.kind) fill(body, accountLine, ...partsOf[next.kind]);
    figures = next;
    if (next.kind === "spend") chart.show(next);
    else drawChange();
  }

  function showText(text: string): void {
    stop();
    problem.hidden = true;
    replaceWithText(text);
  }

  /** Replaces everything else, which belongs to another tool result. */
  function replaceWithText(text: string): void {
    figures = undefined;
    body.hidden = true;
    resultText.textContent = text;
    resultText.hidden = false;
    showStatus();
  }

  /** Shows an error; the old chart and its choices stay. */
  function fail(error: unknown): void {
    stop();
    resultText.hidden = true;
    problem.textContent = error instanceof Error ? error.message : String(error);
    problem.hidden = false;
    chart.resetChoices();
  }

  function showStatus(isEmpty = false): void {
    status.textContent = loading ? t("Loading…") : isEmpty ? t("No spend to show.") : "";
  }

  function drawChange(): void {
    problem.hidden = true;
    draw();
  }

  function draw(): void {
    if (figures) keepFocus(root, chart.figures, () => drawAll(figures!));
  }

  function drawAll(shown: ToolFigures): void {
    body.hidden = false;
    resultText.hidden = true;
    drawAccount(accountLine, serverAccountText(shown.account));
    if (shown.kind === "explanation") explanation.draw(shown.explanation, locale);
    if (shown.kind === "forecast") forecast.draw(shown.forecast, locale);
    showStatus(shown.kind === "spend" && chart.draw(locale).isEmpty);
  }

  return {
    ...{ show, read, showText, fail, stop },
    redraw(changed) {
      if (changed) locale = changed;
      draw();
    },
  };
}
