import * as vscode from "vscode";
import type { CureItem, CureRun } from "../../../openrouter/safety/cures/record.ts";
import { sum } from "../../../openrouter/text/figures.ts";
import { formatMoney } from "../../../openrouter/text/format.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { describeKey } from "../../data/describeKey.ts";
import { confirm } from "../../platform/dialogs.ts";
import { displayLocale } from "../../platform/locale.ts";
import { quoted, quotedNames } from "../../platform/quoted.ts";
import { keysText } from "../../ui/countTexts.ts";
import { limitText } from "../../ui/limitText.ts";
import { cureTitle, requestText } from "./texts.ts";

/** Keys that a deletion names one by one; more would not fit on the screen. */
const MAX_NAMED = 12;

/** Asks before anything is sent: names the account, the number of keys, and which. The button that changes nothing has the focus. */
export function confirmRun(
  session: AccountSession,
  run: Pick<CureRun, "kind" | "undoes" | "replace" | "guardrails">,
  items: readonly CureItem[],
): Promise<boolean> {
  const t = vscode.l10n.t;
  const [only, ...others] = items as [CureItem];
  const subject = others.length === 0 ? describeKey(session, only) : keysText(items.length);
  const guardrail = quoted(run.guardrails?.[only.want.guardrail ?? ""] ?? t("unknown"));
  const detail = [namesText(session, run, items), ...effectTexts(run, items)];
  return confirm(session, questionText(run, subject, guardrail), cureTitle(run), detail, t("Change Nothing"));
}

function questionText({ kind, undoes }: Pick<CureRun, "kind" | "undoes">, subject: string, guardrail: string): string {
  const t = vscode.l10n.t;
  if (undoes !== undefined) return t("Undo the changes to {0}?", subject);
  switch (kind) {
    case "setLimit":
      return t("Set the limit of {0}?", subject);
    case "disable":
      return t("Disable {0}?", subject);
    case "enable":
      return t("Enable {0}?", subject);
    case "replace":
      return t("Replace {0} with new keys that expire?", subject);
    case "delete":
      return t("Delete {0}?", subject);
    case "assignGuardrail":
      return t("Assign {0} to {1}?", guardrail, subject);
  }
}

function namesText(
  session: AccountSession,
  run: Pick<CureRun, "kind" | "replace" | "guardrails">,
  items: readonly CureItem[],
): string | undefined {
  const [only, ...others] = items as [CureItem];
  const usd = ({ spent = 0 }: CureItem) => formatMoney(spent, displayLocale());
  const spentText = (item: CureItem) => vscode.l10n.t("spent {0}", usd(item));
  if (run.kind !== "delete")
    return others.length > 0 ? quotedNames(items.map(({ name }) => name)) : requestText(run, only);
  if (others.length === 0) return spentText(only);
  const lines = items.map((item) => `${describeKey(session, item)}: ${spentText(item)}`);
  const rest = lines.length - MAX_NAMED;
  return [...lines.slice(0, MAX_NAMED), ...(rest > 0 ? [vscode.l10n.t("and {0} more", rest)] : [])].join("\n");
}

function effectTexts({ kind }: Pick<CureRun, "kind">, items: readonly CureItem[]): string[] {
  const t = vscode.l10n.t;
  switch (kind) {
    case "delete":
      return [
        ...(items.length > 1
          ? [t("In all, they spent {0}.", formatMoney(sum(items.map(({ spent = 0 }) => spent)), displayLocale()))]
          : []),
        t(
          "Requests with these keys will fail immediately, and their usage will no longer be shown by key. This can't be undone.",
        ),
      ];
    case "setLimit":
      return items.length > 1 ? [limitsText(items)] : [];
    case "disable":
      return [t("Requests with these keys will be rejected until they are enabled again.")];
    case "replace":
      return [
        t("Each gets a new key with its settings and this expiry. The old keys keep working until you disable them."),
        t("VS Code stores the new secrets until you have saved them, one by one."),
      ];
    default:
      return [];
  }
}

/** The new limit, or the lowest and the highest of them. */
function limitsText(items: readonly CureItem[]): string {
  const t = vscode.l10n.t;
  const text = ({ want }: CureItem) => limitText(want.limit, want.limit_reset);
  const sorted = items.toSorted((a, b) => (a.want.limit ?? Infinity) - (b.want.limit ?? Infinity));
  const [lowest, highest] = [text(sorted[0]!), text(sorted.at(-1)!)];
  return lowest === highest ? t("New limit: {0}.", lowest) : t("New limits: {0} to {1}.", lowest, highest);
}
