// Links to the guardrails that rules come from.
import { t } from "@vscode/l10n";
import { h } from "../dom.ts";
import type { GuardrailLink, SourcedLine } from "./protocol.ts";

export type OpenGuardrail = (id: string) => void;

/** Lists guardrails; each opens in the Guardrails view. */
export function sourceLinks(guardrails: readonly GuardrailLink[], open: OpenGuardrail): (Node | string)[] {
  return guardrails.flatMap(({ id, name, note }, i) => {
    const link = h(
      "button",
      { class: "link", "data-guardrail": id, title: t("Open in the Guardrails view"), on: { click: () => open(id) } },
      name,
    );
    return [...(i > 0 ? [", "] : []), link, ...(note ? [` (${note})`] : [])];
  });
}

export function lineItem({ text, from = [] }: SourcedLine, open: OpenGuardrail): HTMLElement {
  return h("li", {}, text, ...(from.length > 0 ? [" ", h("span", { class: "from" }, ...sourceLinks(from, open))] : []));
}
