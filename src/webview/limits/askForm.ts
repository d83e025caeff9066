// The form "May this key use a model at a provider?", and its answer.
import { t } from "@vscode/l10n";
import { fill, h } from "../dom.ts";
import { createComboBox } from "./comboBox.ts";
import { lineItem, type OpenGuardrail, sourceLinks } from "./links.ts";
import type { LimitsPage, ShownAnswer, ToLimits } from "./protocol.ts";
import { verdictIcon } from "./verdict.ts";

interface Question {
  id: number;
  model: string;
  /** Empty for any. */
  provider: string;
}

interface AskForm {
  element: HTMLElement;
  /** Offers the models and providers of the page; asks again if what limits the key has changed. */
  show(page: LimitsPage): void;
  receive(message: Extract<ToLimits, { type: "answer" }>): void;
  reset(): void;
}

export function createAskForm(ask: (question: Question) => void, open: OpenGuardrail): AskForm {
  let asked: Question | undefined;
  let lastId = 0;
  let basis = "";

  const model = createComboBox({ id: "model", label: t("Model") });
  const provider = createComboBox({ id: "provider", label: t("Provider"), placeholder: t("Any provider") });
  const answer = h("div", { class: "answer", role: "status", hidden: true });
  const form = h(
    "form",
    { on: { submit } },
    model.element,
    provider.element,
    h("button", { type: "submit", class: "primary" }, t("Check")),
  );
  const element = h("section", { class: "ask" }, h("h2", {}, t("May This Key Use a Model?")), form, answer);

  function submit(event: Event): void {
    event.preventDefault();
    if (model.value.trim() === "") {
      forget();
      model.focus();
    } else send();
  }

  function send(): void {
    lastId += 1;
    asked = { id: lastId, model: model.value, provider: provider.value };
    answer.hidden = false;
    fill(answer, h("p", {}, t("Checking…")));
    ask(asked);
  }

  function forget(): void {
    asked = undefined;
    answer.hidden = true;
    fill(answer);
  }

  return {
    element,
    show({ models, providers, budgets, facts, guardrails }) {
      model.setChoices(models.entries);
      provider.setChoices(providers.entries);
      const next = JSON.stringify([models, providers, budgets, facts, guardrails]);
      const isOutdated = basis !== "" && basis !== next;
      basis = next;
      if (asked && isOutdated) send();
    },
    receive({ id, answer: shown }) {
      if (id === asked?.id) fill(answer, ...answerParts(shown, open));
    },
    reset() {
      model.value = "";
      provider.value = "";
      basis = "";
      forget();
    },
  };
}

function answerParts({ verdict, headline, reasons, endpoints }: ShownAnswer, open: OpenGuardrail): Node[] {
  const rows = endpoints.map((one) =>
    h(
      "li",
      { class: `entry ${one.verdict}` },
      verdictIcon(one.verdict),
      h(
        "div",
        {},
        h("span", { class: "name" }, one.name),
        one.reason !== undefined && h("p", { class: "reason" }, one.reason, " ", ...sourceLinks(one.from ?? [], open)),
      ),
    ),
  );
  return [
    h("p", { class: `verdict ${verdict}` }, verdictIcon(verdict), h("strong", {}, headline)),
    ...(reasons.length > 0 ? [h("ul", { class: "lines" }, ...reasons.map((reason) => lineItem(reason, open)))] : []),
    ...(rows.length > 0 ? [h("h3", {}, t("Endpoints")), h("ul", { class: "entries" }, ...rows)] : []),
  ];
}
