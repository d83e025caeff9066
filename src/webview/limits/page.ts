// Draws what limits a key. All figures and texts come from the extension.
import { t } from "@vscode/l10n";
import { drawAccount } from "../accountLine.ts";
import { fill, h } from "../dom.ts";
import { createAskForm } from "./askForm.ts";
import { createCatalogSection } from "./catalogSection.ts";
import { lineItem, type OpenGuardrail, sourceLinks } from "./links.ts";
import type { FromLimits, LimitsPage, LimitsSubject, ShownBudget, ToLimits } from "./protocol.ts";

export interface LimitsView {
  receive(message: ToLimits): void;
}

export function createLimitsPage(root: HTMLElement, post: (message: FromLimits) => void): LimitsView {
  const open: OpenGuardrail = (id) => post({ type: "openGuardrail", id });
  const accountLine = h("p", { class: "account", hidden: true });
  const title = h("h1", { tabindex: -1 });
  const refresh = h("button", { class: "secondary", on: { click: () => post({ type: "refresh" }) } }, t("Refresh"));
  const status = h("p", { class: "status", role: "status" });
  const header = h("header", {}, title, refresh);
  const problem = h("div", { class: "problem", role: "alert", hidden: true });
  const facts = h("dl", { class: "facts" });
  const alerts = h("ul", { class: "alerts" });
  const gaps = h("ul", { class: "gaps" });
  const guardrails = h("p", { class: "guardrails" });
  const headline = h("p", { class: "headline" });
  const budgets = h("ul", { class: "budgets" });
  const form = createAskForm((question) => post({ type: "ask", ...question }), open);
  const models = createCatalogSection(
    { title: t("Models"), search: t("Search models"), none: t("No model matches.") },
    open,
  );
  const providers = createCatalogSection(
    { title: t("Providers"), search: t("Search providers"), none: t("No provider matches.") },
    open,
  );
  const rules = h("div", { class: "rules" });
  const footnotes = h("ul", { class: "footnotes" });
  const body = h(
    "div",
    { class: "body", hidden: true },
    facts,
    alerts,
    gaps,
    guardrails,
    section(t("Budgets"), headline, budgets),
    form.element,
    models.element,
    providers.element,
    rules,
    footnotes,
  );
  fill(root, accountLine, header, status, problem, body);
  let shown: LimitsSubject | undefined;

  function drawPage({ subject, page }: Extract<ToLimits, { type: "page" }>): void {
    // What was typed and answered belongs to another key.
    if (shown && (shown.hash !== subject.hash || shown.accountId !== subject.accountId)) {
      form.reset();
      models.reset();
      providers.reset();
      window.scrollTo(0, 0);
    }
    shown = subject;
    drawAccount(accountLine, page.account);
    title.textContent = page.title;
    fill(facts, ...page.facts.flatMap(({ name, value }) => [h("dt", {}, name), h("dd", {}, value)]));
    drawList(alerts, page.alerts);
    drawList(gaps, page.gaps);
    fill(guardrails, ...guardrailLine(page, open));
    headline.textContent = page.headline;
    fill(budgets, ...page.budgets.map((budget) => budgetItem(budget, open)));
    form.show(page);
    models.show(page.models);
    providers.show(page.providers);
    fill(rules, ...page.rules.map((rule) => section(rule.title, lines(rule.lines, open))));
    drawList(footnotes, page.footnotes);
    body.hidden = false;
    problem.hidden = true;
  }

  function drawProblem({ message, canSetKey }: Extract<ToLimits, { type: "problem" }>): void {
    // Another account's figures must not stay.
    body.hidden = true;
    accountLine.hidden = true;
    problem.hidden = message === "";
    const setKey = h("button", { on: { click: () => post({ type: "setKey" }) } }, t("Set Key"));
    fill(problem, h("p", {}, message), canSetKey && setKey);
    title.textContent = t("What Limits This Key");
  }

  return {
    receive(message) {
      if (message.type === "page") drawPage(message);
      if (message.type === "problem") drawProblem(message);
      if (message.type === "answer") form.receive(message);
      if (message.type !== "page" && message.type !== "problem") return;
      status.textContent = message.isLoading ? t("Loading…") : "";
      root.setAttribute("aria-busy", String(message.isLoading));
    },
  };
}

function section(title: string, ...children: (Node | undefined)[]): HTMLElement {
  return h("section", {}, h("h2", {}, title), ...children);
}

function drawList(list: HTMLElement, texts: readonly string[]): void {
  fill(list, ...texts.map((text) => h("li", {}, text)));
  list.hidden = texts.length === 0;
}

function guardrailLine({ guardrails, gaps }: LimitsPage, open: OpenGuardrail): (Node | string)[] {
  if (guardrails.length > 0) return [`${t("Guardrails")}: `, ...sourceLinks(guardrails, open)];
  return gaps.length > 0 ? [] : [t("No guardrail applies to this key.")];
}

function lines(all: LimitsPage["rules"][number]["lines"], open: OpenGuardrail): HTMLElement {
  return h("ul", { class: "lines" }, ...all.map((line) => lineItem(line, open)));
}

function budgetItem(budget: ShownBudget, open: OpenGuardrail): HTMLElement {
  const { name, from, isFirst, level, left, details, notes, share } = budget;
  const bar = h("div", { class: "bar", "aria-hidden": "true" }, h("div", { class: "spent" }));
  if (share === undefined) bar.classList.add("unknown");
  else (bar.firstElementChild as HTMLElement).style.width = `${share * 100}%`;
  const badge = level === "reached" ? t("Used Up") : t("Runs Out First");
  return h(
    "li",
    { class: `budget ${level}${isFirst ? " first" : ""}` },
    h("p", { class: "name" }, isFirst && h("span", { class: "badge" }, badge), isFirst && " ", name),
    h("p", { class: "left" }, left),
    bar,
    h("p", { class: "details" }, details),
    from && h("p", { class: "from" }, ...sourceLinks([from], open)),
    ...notes.map((note) => h("p", { class: "note" }, note)),
  );
}
