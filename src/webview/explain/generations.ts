// The generations behind a cause: the most expensive requests, each opened with its details. Read when the user asks for them.
import { t } from "@vscode/l10n";
import type { Cause, Explanation } from "../../openrouter/foresight/explain/model.ts";
import type { Filter } from "../../openrouter/spend/model.ts";
import { formatCount, formatExactMoney, formatMoney, formatTime } from "../../openrouter/text/format.ts";
import { fill, h } from "../dom.ts";
import type { FromWebview, ToWebview } from "../protocol.ts";
import type { GenerationDetails, ListedGeneration } from "./protocol.ts";

type GenerationsMessage = Extract<ToWebview, { type: "generations" | "generation" | "generationsFailed" }>;

export function isGenerationsMessage(message: ToWebview): message is GenerationsMessage {
  return message.type === "generations" || message.type === "generation" || message.type === "generationsFailed";
}

export interface GenerationLists {
  /** Returns the button that shows a cause's generations, and their list; undefined if they can't be told. */
  detailsOf(cause: Cause): HTMLElement | undefined;
  receive(message: GenerationsMessage): void;
}

/** Creates the lists of one explanation, which is limited by a filter. */
export function createGenerationLists(
  { before, after, causes, notes }: Explanation,
  filter: Filter,
  accountId: string,
  { locale, post }: { locale: string; post(message: FromWebview): void },
): GenerationLists {
  const elements = new Map<string, HTMLElement>();
  /** What is done with the answer to each request. */
  const waiting = new Map<number, (message: GenerationsMessage) => void>();

  function request(
    message:
      | Omit<Extract<FromWebview, { type: "readGenerations" }>, "id" | "accountId">
      | { type: "readGeneration"; generation: string },
    done: (answer: GenerationsMessage) => void,
  ): void {
    lastId += 1;
    waiting.set(lastId, done);
    post({ ...message, id: lastId, accountId });
  }

  /** Analytics can't select the requests of keys that are not listed; those of all keys would be others. */
  const needsKey = causes.some(({ key }) => key) || notes.some(({ kind }) => kind === "unlistedKeys");

  /** The generations of what was no longer used are those of the period before. */
  function periodOf(cause: Cause) {
    if (cause.count > 1 || !cause.model || (needsKey && !cause.key)) return undefined;
    const period = cause.after && (cause.after.requests ?? 1) > 0 ? after : before;
    return period.averageOf === undefined ? { from: period.from, to: period.to } : undefined;
  }

  function create(cause: Cause, period: { from: string; to: string }): HTMLElement {
    const list = h("div", { class: "generations", hidden: true });
    const names = [cause.key?.name, cause.model?.id].filter(Boolean).join(", ");
    const label = t("Generations");
    const button = h(
      "button",
      {
        ...{ type: "button", class: "open", "aria-expanded": "false", "aria-label": `${label}: ${names}` },
        on: { click: toggle },
      },
      label,
    );
    let isRequested = false;

    function toggle(): void {
      list.hidden = !list.hidden;
      button.setAttribute("aria-expanded", String(!list.hidden));
      if (!list.hidden && !isRequested) load();
    }

    function load(): void {
      isRequested = true;
      fill(list, h("p", { class: "hint", role: "status" }, t("Loading…")));
      const [model, key] = [cause.model!.id, cause.key?.hash ?? null];
      request({ type: "readGenerations", period, model, key, filter }, (answer) => {
        // A failure is tried again when the list is opened again.
        if (answer.type === "generationsFailed") isRequested = false;
        fill(list, listOf(answer));
      });
    }

    return h("div", {}, button, list);
  }

  function listOf(answer: GenerationsMessage): HTMLElement {
    const hint = (text: string) => h("p", { class: "hint", role: "status" }, text);
    if (answer.type === "generationsFailed") return hint(answer.message);
    if (answer.type !== "generations") return hint("");
    if (answer.unavailable === "tooOld")
      return hint(t("OpenRouter's analytics know single generations for 31 days only."));
    if (answer.unavailable) return hint(t("This account's analytics don't list single generations."));
    if (answer.generations.length === 0) return hint(t("No generations found."));
    const column = (text: string, kind: string) => h("th", { scope: "col", class: kind }, text);
    const head = [
      column(t("Generation"), "name"),
      ...[t("Cost"), t("Prompt"), t("Completion"), t("Reasoning")].map((text) => column(text, "number")),
    ];
    const table = h(
      "table",
      { class: "figures" },
      h("caption", { class: "hint" }, t("The {0} most expensive generations", answer.generations.length)),
      h("thead", {}, h("tr", {}, ...head)),
      h("tbody", {}, ...answer.generations.flatMap(rowsOf)),
    );
    return h("div", { class: "figures-frame", tabindex: "0", role: "region", "aria-label": t("Generations") }, table);
  }

  /** A generation's figures, and a row for its details, which a click on its id opens. */
  function rowsOf({ id, cost, prompt_tokens, completion_tokens, reasoning_tokens }: ListedGeneration): HTMLElement[] {
    const cell = h("td", { colspan: 5, role: "status" });
    const details = h("tr", { class: "details", hidden: true }, cell);
    let isRequested = false;
    const open = h(
      "button",
      { type: "button", class: "open", title: t("Open"), "aria-expanded": "false", on: { click: toggle } },
      id,
    );
    function toggle(): void {
      details.hidden = !details.hidden;
      open.setAttribute("aria-expanded", String(!details.hidden));
      if (details.hidden || isRequested) return;
      isRequested = true;
      cell.textContent = t("Loading…");
      request({ type: "readGeneration", generation: id }, (answer) => {
        if (answer.type === "generationsFailed") isRequested = false;
        cell.textContent =
          answer.type === "generation"
            ? detailsText(answer.generation, locale)
            : answer.type === "generationsFailed"
              ? answer.message
              : "";
      });
    }
    const count = (value: number | undefined) =>
      h(
        "td",
        { class: value === undefined ? "number unknown" : "number" },
        value === undefined ? t("unknown") : formatCount(value, locale),
      );
    const money = h(
      "td",
      { class: "number", title: formatExactMoney(cost, locale), "data-value": cost },
      formatMoney(cost, locale),
    );
    const name = h("th", { scope: "row", class: "name" }, open);
    return [h("tr", {}, name, money, count(prompt_tokens), count(completion_tokens), count(reasoning_tokens)), details];
  }

  return {
    detailsOf(cause) {
      const period = periodOf(cause);
      if (!period) return undefined;
      const id = JSON.stringify([cause.model?.id, cause.key?.hash]);
      const element = elements.get(id) ?? create(cause, period);
      elements.set(id, element);
      return element;
    },
    receive(message) {
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
    },
  };
}

let lastId = 0;

function detailsText(generation: GenerationDetails, locale: string): string {
  const { createdAt, cost, prompt, completion, reasoning, cached, provider, latency, finishReason } = generation;
  const count = (text: (number: string) => string, value: number | undefined) =>
    value === undefined ? undefined : text(formatCount(value, locale));
  const parts = [
    createdAt === undefined ? undefined : formatTime(new Date(createdAt), locale),
    formatExactMoney(cost, locale),
    count((number) => t("{0} prompt tokens", number), prompt),
    count((number) => t("{0} from the cache", number), cached),
    count((number) => t("{0} completion tokens", number), completion),
    count((number) => t("{0} reasoning tokens", number), reasoning),
    provider === undefined ? undefined : t("Provider: {0}", provider),
    count((number) => t("Latency: {0} ms", number), latency),
    finishReason === undefined ? undefined : t("Finish reason: {0}", finishReason),
  ];
  return parts.filter((part) => part !== undefined).join(" · ");
}
