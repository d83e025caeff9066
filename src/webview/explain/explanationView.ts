// An explanation of a change in spend: the difference, the waterfall with its table, the causes in words, and what is missing.
// Used by the panel and the chat chart.
import { t } from "@vscode/l10n";
import { type Cause, differentLengths, type Explanation } from "../../openrouter/foresight/explain/model.ts";
import type { UsualSpend } from "../../openrouter/foresight/unusual.ts";
import { formatExactMoney, formatMoney } from "../../openrouter/text/format.ts";
import { fill, h } from "../dom.ts";
import { readTheme } from "../palette.ts";
import { causeParts, causeTexts } from "./causeText.ts";
import { exactSignedMoney, periodName, signedMoney, signedPercent, stepAmount, stepName } from "./explainLabels.ts";
import { explanationNote } from "./explainNotes.ts";
import { type WaterfallStep, waterfallSteps } from "./steps.ts";
import { createWaterfall } from "./waterfall.ts";
import { drawWaterfallTable } from "./waterfallTable.ts";
import "./explain.css";

export interface ExplanationViewOptions {
  /** Shown above the table, such as the buttons that export it. */
  toolbar?: HTMLElement;
  /** Returns what is shown below a cause, such as its generations; always the same element for the same cause. */
  details?(cause: Cause): HTMLElement | undefined;
}

export interface ExplanationView {
  element: HTMLElement;
  /** @param usual how a day compares with the median of its weekday, if known */
  draw(explanation: Explanation, locale: string, usual?: UsualSpend): void;
}

export function createExplanationView({ toolbar, details }: ExplanationViewOptions = {}): ExplanationView {
  const title = h("h2");
  const headline = h("div", { class: "headline" });
  /** What the totals don't say: the usual of a day, or that periods differ in length. */
  const comparisonLine = h("p", { class: "hint" });
  const canvas = h("canvas", { role: "img" });
  const table = h("table", { class: "figures" });
  const causesTitle = h("h3", {}, t("What Made the Difference"));
  const causes = h("ol", { class: "causes" });
  const notes = h("ul", { class: "sources", "aria-label": t("What is missing") });
  const waterfall = createWaterfall(canvas);
  return {
    element: h(
      "section",
      { class: "explanation" },
      title,
      headline,
      comparisonLine,
      h("div", { class: "waterfall" }, canvas),
      toolbar,
      h("div", { class: "figures-frame", tabindex: "0", role: "region", "aria-label": t("Figures") }, table),
      causesTitle,
      causes,
      notes,
    ),
    draw(explanation, locale, usual) {
      const { before, difference } = explanation;
      const isUsual = before.averageOf !== undefined;
      const steps = waterfallSteps(explanation);
      const names = steps.map((step) => stepName(step, isUsual));
      title.textContent = titleText(explanation, locale);
      drawHeadline(headline, explanation, locale);
      comparisonLine.textContent = usual ? usualText(usual, locale) : lengthsText(explanation);
      waterfall.draw({ steps, names, theme: readTheme(), locale });
      canvas.setAttribute("aria-label", describe(steps, names, locale));
      drawWaterfallTable(table, { caption: t("Reasons for the change"), steps, names, difference, locale });
      const texts = causeTexts(explanation.causes, locale);
      causesTitle.hidden = causes.hidden = explanation.causes.length === 0;
      fill(
        causes,
        ...explanation.causes.map((cause, i) => drawCause(cause, texts[i]!, difference, locale, details?.(cause))),
      );
      notes.hidden = explanation.notes.length === 0;
      fill(notes, ...explanation.notes.map((note) => h("li", { class: "note" }, explanationNote(note, locale))));
    },
  };
}

function titleText({ before, after }: Explanation, locale: string): string {
  return t("{0}, compared with {1}", periodName(after, locale), periodName(before, locale));
}

function drawHeadline(element: HTMLElement, { before, after, difference }: Explanation, locale: string): void {
  const costs = t("{0} instead of {1}", formatMoney(after.cost, locale), formatMoney(before.cost, locale));
  const share = before.cost > 0 ? ` (${signedPercent(difference / before.cost, locale)})` : "";
  const exact = t("{0} instead of {1}", formatExactMoney(after.cost, locale), formatExactMoney(before.cost, locale));
  fill(
    element,
    h(
      "span",
      { class: "figure", title: exactSignedMoney(difference, locale), "data-value": difference },
      signedMoney(difference, locale),
    ),
    h("span", { class: "unit" }, t("USD, credits and BYOK")),
    h("span", { class: "aside", title: exact }, `${costs}${share}`),
  );
}

/** Figures only: whether a day is unusual is for people to say. */
function usualText({ median, deviation, weeks, excess }: UsualSpend, locale: string): string {
  const money = (usd: number) => formatMoney(usd, locale);
  return t(
    "Median of this weekday in the last {0} weeks: {1} (usual deviation {2}); difference from it: {3}.",
    weeks,
    money(median),
    money(deviation),
    signedMoney(excess, locale),
  );
}

function lengthsText(explanation: Explanation): string {
  const lengths = differentLengths(explanation);
  if (!lengths) return "";
  const { unit, before, after } = lengths;
  const name = (count: number) => {
    if (unit === "hour") return count === 1 ? t("1 hour") : t("{0} hours", count);
    return count === 1 ? t("1 day") : t("{0} days", count);
  };
  return t(
    "The periods differ in length: {0}, before {1}. Totals are compared, not averages.",
    name(after),
    name(before),
  );
}

/** Describes the waterfall for screen readers. */
function describe(steps: readonly WaterfallStep[], names: readonly string[], locale: string): string {
  const texts = steps.map((step, i) => `${names[i]} ${stepAmount(step, locale)}`);
  return t("Chart: {0}. The figures are in the table below.", texts.join(", "));
}

/** The names that the text may shorten. */
const fullNames = ({ key, model }: Cause) => [key?.name, model?.id, model?.name].filter(Boolean).join("\n");

function drawCause(
  cause: Cause,
  text: string,
  whole: number,
  locale: string,
  details: HTMLElement | undefined,
): HTMLElement {
  const parts = causeParts(cause, locale);
  const amount = t("{0} of {1}", signedMoney(cause.difference, locale), signedMoney(whole, locale));
  return h(
    "li",
    { class: "cause" },
    h("span", { class: "cause-text", title: fullNames(cause) }, text),
    h(
      "span",
      { class: "cause-amount", title: exactSignedMoney(cause.difference, locale), "data-value": cause.difference },
      amount,
    ),
    parts.length > 0 && h("span", { class: "cause-parts aside" }, ...partElements(parts)),
    details,
  );
}

/** Breaks lines only between the parts, never within an amount. */
function partElements(parts: readonly string[]): (HTMLElement | string)[] {
  return parts.flatMap((part, i) => [...(i > 0 ? [" · "] : []), h("span", { class: "cause-part" }, part)]);
}
