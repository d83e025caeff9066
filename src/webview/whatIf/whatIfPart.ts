// The part of the panel that compares the shown usage with its cost on other models: requests the figures and draws them.
import "./whatIf.css";
import { t } from "@vscode/l10n";
import type { Ability } from "../../openrouter/foresight/whatIf/model.ts";
import { fill, h, keepFocus } from "../dom.ts";
import { drawProblem } from "../panelStatus.ts";
import type { FromWebview, ToWebview } from "../protocol.ts";
import type { ShownCandidate, ShownWhatIf, WhatIfRequest } from "./protocol.ts";

type WhatIfMessage = Extract<ToWebview, { type: "whatIfResult" | "whatIfFailed" }>;

export function isWhatIfMessage(message: ToWebview): message is WhatIfMessage {
  return message.type === "whatIfResult" || message.type === "whatIfFailed";
}

export interface WhatIfPart {
  element: HTMLElement;
  /** Requests the figures and moves the focus to them. */
  open(accountId: string, request: WhatIfRequest): void;
  /** Closes the part if it is about anything else. */
  keepOnly(accountId: string | undefined, request: WhatIfRequest | undefined): void;
  receive(message: WhatIfMessage): void;
}

/** Rows drawn at first and with each "Show more". */
const PAGE_SIZE = 15;

/** @param onClose called when the user closes the part */
export function createWhatIfPart(post: (message: FromWebview) => void, onClose: () => void): WhatIfPart {
  let shown: { accountId: string; request: WhatIfRequest } | undefined;
  let lastId = 0;
  let result: ShownWhatIf | undefined;
  let failure: string | undefined;
  let limit = PAGE_SIZE;
  const needed = new Set<Ability>();
  const element = h("section", { class: "what-if", tabindex: "-1", "aria-label": t("Other Models"), hidden: true });

  const button = (text: string, click: () => void) => h("vscode-button", { secondary: true, on: { click } }, text);
  const toolbar = h(
    "div",
    { class: "toolbar" },
    button(t("Copy"), () => save("copy")),
    button(t("Export CSV…"), () => save("csv")),
    button(t("Export JSON…"), () => save("json")),
  );

  function save(as: "copy" | "csv" | "json"): void {
    if (!shown) return;
    const { accountId } = shown;
    if (as === "copy") post({ type: "copyWhatIf", id: lastId, accountId });
    else post({ type: "exportWhatIf", id: lastId, format: as, accountId });
  }

  function load(): void {
    if (!shown) return;
    lastId += 1;
    result = failure = undefined;
    limit = PAGE_SIZE;
    needed.clear();
    post({ type: "whatIf", id: lastId, ...shown });
    keepFocus(element, element, draw);
  }

  function close(): void {
    shown = undefined;
    draw();
  }

  function draw(): void {
    element.hidden = shown === undefined;
    const isWaiting = shown !== undefined && !result && failure === undefined;
    element.setAttribute("aria-busy", String(isWaiting));
    const problem = h("div", { class: "problem", role: "alert" });
    if (failure !== undefined) drawProblem(problem, failure, undefined, { retry: load, run: () => {} });
    fill(
      element,
      h("h2", {}, t("What Another Model Would Have Cost")),
      isWaiting && h("vscode-progress-bar", { "aria-label": t("Loading") }),
      isWaiting && h("p", { role: "status" }, t("Comparing the costs of models…")),
      failure !== undefined && problem,
      ...(result ? resultElements(result) : []),
      h("vscode-button", { secondary: true, "data-id": "close-what-if", on: { click: closeByUser } }, t("Close")),
    );
  }

  function closeByUser(): void {
    close();
    onClose();
  }

  function resultElements({ headline, facts, unknowns, needs, candidates }: ShownWhatIf): (HTMLElement | false)[] {
    const matching = candidates.filter(({ lacks }) => !lacks.some((one) => needed.has(one)));
    const list = (texts: readonly string[]) => h("ul", {}, ...texts.map((text) => h("li", {}, text)));
    return [
      h("p", { class: "headline-text" }, headline),
      list(facts),
      candidates.length > 0 && toolbar,
      needs.length > 0 && needsChoice(needs),
      candidates.length > 0 &&
        h(
          "div",
          { class: "scrolls", tabindex: "0", role: "region", "aria-label": t("What Another Model Would Have Cost") },
          candidateTable(matching),
        ),
      candidates.length > 0 && h("p", {}, t("Costs are for the same tokens at list prices. Not known:")),
      candidates.length > 0 && list(unknowns),
    ];
  }

  function needsChoice(needs: ShownWhatIf["needs"]): HTMLElement {
    const boxes = needs.map(({ id, name }) => {
      const change = () => {
        if (!needed.delete(id)) needed.add(id);
        draw();
      };
      const box = h("input", { type: "checkbox", checked: needed.has(id), "data-id": `needs-${id}`, on: { change } });
      return h("label", {}, box, ` ${name}`);
    });
    return h("fieldset", { class: "needs" }, h("legend", {}, t("Only models with")), ...boxes);
  }

  function candidateTable(candidates: readonly ShownCandidate[]): HTMLElement {
    const remaining = candidates.length - limit;
    const more = () => {
      limit += PAGE_SIZE;
      keepFocus(element, element, draw);
    };
    const headers = [t("Model"), t("Cost"), t("Lowest to Highest"), t("Saving"), t("Certain"), t("Notes")];
    return h(
      "table",
      {},
      h("caption", { class: "visually-hidden" }, t("What Another Model Would Have Cost")),
      h("thead", {}, h("tr", {}, ...headers.map((text, i) => header(text, i)))),
      h(
        "tbody",
        {},
        ...candidates.slice(0, limit).map(candidateRow),
        candidates.length === 0 && h("tr", {}, h("td", { colspan: headers.length }, t("No model has all of these."))),
        remaining > 0 &&
          h(
            "tr",
            {},
            h(
              "td",
              { colspan: headers.length },
              h(
                "button",
                { type: "button", class: "open", "data-id": "more-models", on: { click: more } },
                t("Show more ({0} remaining)", remaining),
              ),
            ),
          ),
      ),
    );
  }

  draw();
  return {
    element,
    open(accountId, request) {
      shown = { accountId, request };
      load();
      element.focus();
    },
    keepOnly(accountId, request) {
      if (shown && JSON.stringify(shown) !== JSON.stringify({ accountId, request })) close();
    },
    receive(message) {
      if (message.id !== lastId || !shown) return;
      if (message.type === "whatIfResult") result = message.result;
      else failure = message.message;
      draw();
    },
  };
}

const header = (text: string, i: number) => h("th", { scope: "col", class: i > 0 && i < 4 ? "number" : "name" }, text);

function candidateRow({ id, name, cost, range, saving, certain, notes, providers }: ShownCandidate): HTMLElement {
  const number = (text: string) => h("td", { class: "number" }, text);
  const offers = providers?.map((one) => h("li", {}, `${one.name}: ${one.cost}`)) ?? [];
  return h(
    "tr",
    {},
    h("th", { scope: "row", class: "name", title: id }, name),
    number(cost),
    number(range ?? ""),
    number(saving),
    h("td", {}, certain),
    h(
      "td",
      {},
      notes.join(" · "),
      offers.length > 0 &&
        h("details", {}, h("summary", {}, t("Providers ({0})", offers.length)), h("ul", {}, ...offers)),
    ),
  );
}
