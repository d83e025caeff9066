import * as vscode from "vscode";
import { getRemainingCredits } from "../../openrouter/account/credits.ts";
import { formatExactMoney, formatMoment, formatMoney, formatTime } from "../../openrouter/text/format.ts";
import { themeColor } from "../account/accountIcon.ts";
import type { AccountSession, CreditsData } from "../data/accountData.ts";
import type { Snapshot } from "../data/resource.ts";
import { commandIds } from "../platform/ids.ts";
import { displayLocale } from "../platform/locale.ts";
import { accountMark } from "../ui/accountMark.ts";
import { creditsEndTexts } from "../ui/creditsEndText.ts";
import { type Node, row } from "../ui/node.ts";

/** Creates the rows of the Credits view: rounded figures in the rows, exact ones in the tooltips. */
export function creditRows(session: AccountSession, { value, readAt }: Snapshot<CreditsData>): Node[] {
  const { credits } = value;
  const t = vscode.l10n.t;
  const remaining = getRemainingCredits(credits);
  return [
    ...accountRow(session),
    moneyRow("remaining", t("Remaining"), remaining, "credit-card", t("Purchased credits minus used credits.")),
    moneyRow("purchased", t("Purchased"), credits.total_credits, "add", t("All credits ever purchased or granted.")),
    moneyRow("used", t("Used"), credits.total_usage, "graph", t("All credits ever used.")),
    ...endRow(session),
    row({
      id: "readAt",
      label: t("Read at"),
      description: formatTime(readAt, displayLocale()),
      icon: "clock",
      tooltip: formatMoment(readAt.toISOString(), displayLocale()),
    }),
  ];
}

/** Says when the credits end, once that was computed. */
function endRow(session: AccountSession): Node[] {
  const texts = creditsEndTexts(session);
  if (!texts) return [];
  const [id, label] = ["end", vscode.l10n.t("Last Until")];
  const { text, details } = texts;
  const ariaLabel = `${label}: ${text}. ${details.join(" ")}`;
  return [
    row({
      id,
      label,
      description: text,
      icon: "calendar",
      tooltip: details.join("\n"),
      ariaLabel,
      context: `credits ${id}`,
    }),
  ];
}

/** Shows which account the figures belong to, if there are several, and for the sample account. */
function accountRow(session: AccountSession): Node[] {
  const mark = accountMark(session);
  if (!mark) return [];
  const t = vscode.l10n.t;
  const { label, source } = session;
  const abouts = { sample: t("invented data"), environment: t("environment variable"), stored: t("account in use") };
  const about = abouts[source];
  const icons = { sample: "beaker", environment: "terminal", stored: "circle-filled" };
  const node = row({
    id: "account",
    label: mark,
    description: about,
    icon: icons[source],
    iconColor: label.color && themeColor(label.color),
    tooltip: t("All views and agents of this window use this account. Select the row to switch all windows."),
    ariaLabel: t("Account: {0}, {1}", mark, about),
    context: `account ${source}`,
    command: { command: commandIds.switchAccount, title: t("Switch Account") },
  });
  // Commands of the row's menu take its account.
  return [Object.assign(node, { session })];
}

function moneyRow(id: string, label: string, usd: number | undefined, icon: string, detail: string): Node {
  const locale = displayLocale();
  const unknown = vscode.l10n.t("unknown");
  const description = usd === undefined ? unknown : formatMoney(usd, locale);
  const tooltip = `${usd === undefined ? unknown : formatExactMoney(usd, locale)}\n${detail}`;
  return row({
    id,
    label,
    description,
    icon,
    tooltip,
    ariaLabel: `${label}: ${description}. ${tooltip}`,
    context: `credits ${id}`,
  });
}
