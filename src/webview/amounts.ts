// The spend of today, this week and this month, at the top of the Spend view.
import { t } from "@vscode/l10n";
import { formatExactMoney, formatMoney } from "../openrouter/text/format.ts";
import { fill, h } from "./dom.ts";
import type { Amounts } from "./protocol.ts";

/** @param amounts undefined if they couldn't be read */
export function drawAmounts(list: HTMLElement, amounts: Amounts | undefined, locale: string): void {
  const notes = amounts ? notesOf(amounts) : [];
  const row = (label: string, usd: number | undefined, since: string) => {
    const title = usd === undefined ? "" : [formatExactMoney(usd, locale), since, ...notes].join("\n");
    return h(
      "div",
      {},
      h("dt", {}, label),
      h("dd", { title }, usd === undefined ? t("unknown") : formatMoney(usd, locale)),
    );
  };
  fill(
    list,
    row(t("Today"), amounts?.today, t("Spent since midnight UTC.")),
    row(t("This Week"), amounts?.week, t("Spent since Monday, midnight UTC.")),
    row(t("This Month"), amounts?.month, t("Spent since the first of the month, midnight UTC.")),
  );
}

function notesOf({ source, includesByok, note }: Amounts): string[] {
  return [
    source === "analytics"
      ? t("Source: OpenRouter's analytics.")
      : t("Source: the keys' usage counters; excludes deleted keys."),
    includesByok
      ? t("Includes spend on your own provider keys (BYOK).")
      : t("Excludes spend on your own provider keys (BYOK)."),
    ...(note ? [t("Note: {0}", note)] : []),
  ];
}
