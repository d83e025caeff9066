// The part of the panel that explains a change: requests the explanation, and shows it or why there is none.
import { t } from "@vscode/l10n";
import { fill, h } from "../dom.ts";
import { drawProblem, drawWaiting } from "../panelStatus.ts";
import type { FromWebview, ToWebview } from "../protocol.ts";
import type { Basis, NamedBasis } from "./basis.ts";
import { unitOf } from "./chosenPeriods.ts";
import type { Comparison } from "./explainRequest.ts";
import { createExplanationView } from "./explanationView.ts";
import { createGenerationLists, type GenerationLists, isGenerationsMessage } from "./generations.ts";
import { createPeriodPicker } from "./periodPicker.ts";

type ExplainMessage =
  | Extract<ToWebview, { type: "explanation" | "explainFailed" }>
  | Parameters<GenerationLists["receive"]>[0];

export function isExplainMessage(message: ToWebview): message is ExplainMessage {
  return message.type === "explanation" || message.type === "explainFailed" || isGenerationsMessage(message);
}

export interface ExplainContent extends Comparison {
  accountId: string;
}

export interface ExplainPart {
  element: HTMLElement;
  /** Shows an explanation, which is requested unless it is known or pending. */
  show(content: ExplainContent, fresh?: boolean): void;
  hide(): void;
  /** Drops the explanation, such as another account's. */
  clear(): void;
  focus(): void;
  receive(message: ExplainMessage): void;
}

export interface ExplainPartOptions {
  locale: string;
  post(message: FromWebview): void;
  onBasis(basis: Basis): void;
}

export function createExplainPart({ locale, post, onBasis }: ExplainPartOptions): ExplainPart {
  let content: ExplainContent | undefined;
  let known:
    | (Pick<Extract<ExplainMessage, { type: "explanation" }>, "explanation" | "usual"> & { id: string })
    | undefined;
  let pending: { id: string; number: number } | undefined;
  let failure: { id: string; message: string } | undefined;
  let lastNumber = 0;
  let generations: GenerationLists | undefined;

  const button = (text: string, click: () => void) => h("vscode-button", { secondary: true, on: { click } }, text);
  const choice = h("div", { class: "ranges", role: "group", "aria-label": t("Compare with") });
  const progress = h("div", { class: "progress" });
  const problem = h("div", { class: "problem", role: "alert", hidden: true });
  const toolbar = h(
    "div",
    { class: "toolbar" },
    button(t("Ask Agent About This"), ask),
    button(t("Copy"), () => save("copy")),
    button(t("Export CSV…"), () => save("csv")),
    button(t("Export JSON…"), () => save("json")),
  );
  const picker = createPeriodPicker({ locale, onChoose: onBasis, onEdit: draw });
  const view = createExplanationView({ toolbar, details: (cause) => generations?.detailsOf(cause) });
  /** Empty unless an explanation is shown. */
  const element = h("div", {
    ...{ class: "explain-part", role: "region", "aria-label": t("Explanation"), tabindex: "-1", hidden: true },
  });

  function save(as: "copy" | "csv" | "json"): void {
    if (!content?.request) return;
    const { accountId, request } = content;
    if (as === "copy") post({ type: "copyExplanation", accountId, request });
    else post({ type: "exportExplanation", format: as, accountId, request });
  }

  function ask(): void {
    if (!content?.request) return;
    const { accountId, request, filters } = content;
    post({ type: "askExplanation", accountId, request, filters });
  }

  function load(fresh: boolean): void {
    if (!content?.request) return;
    const { accountId, request } = content;
    lastNumber += 1;
    pending = { id: idOf(content), number: lastNumber };
    failure = undefined;
    post({ type: "explain", id: lastNumber, accountId, request, fresh });
  }

  function draw(): void {
    if (!content) return;
    if (element.hidden) fill(element, choice, picker.element, progress, problem, view.element);
    element.hidden = false;
    const id = idOf(content);
    const isKnown = known?.id === id;
    const failed = failure?.id === id ? failure.message : undefined;
    const isPending = pending?.id === id;
    const isChosen = typeof content.basis === "object";
    // Of a range that has just begun, the current day is the only one.
    const nothing = isChosen ? undefined : t("There is nothing to compare with here. Choose other days.");
    const message = content.request ? failed : nothing;
    drawChoice(content);
    picker.element.hidden = !isChosen;
    if (isChosen) picker.show(content.chosen, content.current);
    else picker.reset();
    drawWaiting(progress, isPending ? t("Explaining the change…") : undefined);
    problem.hidden = message === undefined;
    if (message !== undefined) {
      const retry = () => {
        load(true);
        draw();
        element.focus({ preventScroll: true });
      };
      if (content.request) drawProblem(problem, message, undefined, { retry, run: () => {} });
      else fill(problem, h("p", {}, message));
    }
    element.setAttribute("aria-busy", String(isPending || picker.isWaiting));
    // Figures of another comparison would be misleading; older ones of the same stay, dimmed.
    view.element.hidden = !isKnown;
    view.element.classList.toggle("stale", isKnown && (isPending || failed !== undefined || picker.isEdited));
    if (isKnown) view.draw(known!.explanation, locale, known!.usual);
  }

  function drawChoice({ basis, bases, chosen }: ExplainContent): void {
    const choose = (id: string, text: string, isOn: boolean, next: Basis) => {
      const attributes = {
        ...{ secondary: !isOn, "aria-pressed": String(isOn), "data-id": `basis-${id}` },
        ...{ tabindex: 0, on: { click: () => onBasis(next) } },
      };
      return h("vscode-button", attributes, text);
    };
    const other = unitOf(chosen.after) === "hour" ? t("Other hours…") : t("Other days…");
    fill(
      choice,
      ...bases.map((each) => choose(each, basisName(each), each === basis, each)),
      choose("chosen", other, typeof basis === "object", chosen),
    );
  }

  return {
    element,
    show(next, fresh = false) {
      content = next;
      const id = idOf(next);
      if (fresh || (known?.id !== id && pending?.id !== id && failure?.id !== id)) load(fresh);
      draw();
    },
    hide() {
      picker.reset();
      element.hidden = true;
      fill(element);
      content = pending = failure = undefined;
    },
    clear() {
      picker.reset();
      known = pending = failure = undefined;
      element.hidden = true;
    },
    focus: () => element.focus({ preventScroll: true }),
    receive(message) {
      if (isGenerationsMessage(message)) return generations?.receive(message);
      if (message.id !== pending?.number) return;
      const { id } = pending;
      pending = undefined;
      if (message.type === "explanation" && content?.request)
        generations = createGenerationLists(message.explanation, content.request.filter, content.accountId, {
          locale,
          post,
        });
      if (message.type === "explanation") known = { id, explanation: message.explanation, usual: message.usual };
      else failure = { id, message: message.message };
      draw();
    },
  };
}

function basisName(basis: NamedBasis): string {
  return {
    usual: t("The usual"),
    day: t("The day before"),
    week: t("A week before"),
    previous: t("The previous period"),
  }[basis];
}

const idOf = ({ accountId, request }: ExplainContent) => JSON.stringify([accountId, request]);
