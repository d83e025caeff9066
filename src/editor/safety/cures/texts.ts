import * as vscode from "vscode";
import {
  type CureItem,
  type CureKind,
  type CureRun,
  countStates,
  type ItemState,
  type KeyState,
} from "../../../openrouter/safety/cures/record.ts";
import { formatCount, formatUtcDay } from "../../../openrouter/text/format.ts";
import { displayLocale } from "../../platform/locale.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { fieldLabel } from "../../ui/fieldLabel.ts";
import { exactLimitText, resetText } from "../../ui/limitText.ts";

// Texts of cures, in the display language.

/** The title of a cure, as in the title of its inputs. */
export function cureTitle({ kind, undoes }: Pick<CureRun, "kind" | "undoes">): string {
  const t = vscode.l10n.t;
  const titles: Record<CureKind, string> = {
    setLimit: t("Set Limits"),
    disable: t("Disable Keys"),
    enable: t("Enable Keys"),
    replace: t("Replace Keys"),
    assignGuardrail: t("Assign Guardrail"),
    delete: t("Delete Keys"),
  };
  // Enabling only undoes disabling.
  return undoes === undefined ? titles[kind] : t("Undo: {0}", titles[kind === "enable" ? "disable" : kind]);
}

/** Why a run can be neither continued nor undone: another window was faster. */
export function takenText(run: CureRun): string {
  const t = vscode.l10n.t;
  return run.undoneAt === undefined
    ? t("{0} is still in progress, perhaps in another window.", cureTitle(run))
    : t("{0} was already undone, perhaps in another window.", cureTitle(run));
}

/** The request of an item: method, path and fields, without hashes. */
export function requestText(run: Pick<CureRun, "kind" | "replace" | "guardrails">, item: CureItem): string {
  const t = vscode.l10n.t;
  const { expect, want } = item;
  switch (run.kind) {
    case "delete":
      return "DELETE /keys/{hash}";
    case "replace":
      return [
        "POST /keys",
        `${fieldLabel("expires_at")}: ${formatUtcDay(run.replace!.expires_at, displayLocale())}`,
        run.replace!.limit === "remaining" && t("with the remaining limit"),
      ]
        .filter(Boolean)
        .join(" · ");
    case "assignGuardrail": {
      const name = (id: string | null | undefined) =>
        id ? safeLabel(run.guardrails?.[id] ?? t("unknown")) : t("none");
      const path = `/guardrails/{id}/assignments/keys${want.guardrail ? "" : "/remove"}`;
      return `POST ${path} · ${fieldLabel("guardrail")}: ${name(expect.guardrail)} → ${name(want.guardrail)}`;
    }
    default:
      return ["PATCH /keys/{hash}", ...changeTexts(expect, want)].join(" · ");
  }
}

/** The changed fields of a key, as "Limit: no limit → $5 daily". */
export function changeTexts(before: KeyState, after: KeyState): string[] {
  const t = vscode.l10n.t;
  const transition = (field: string, from: string, to: string) => `${fieldLabel(field)}: ${from} → ${to}`;
  const status = ({ disabled }: KeyState) => (disabled ? t("disabled") : t("active"));
  const limit = (state: KeyState) =>
    [exactLimitText(state.limit), state.limit != null && state.limit_reset && resetText(state.limit_reset)]
      .filter(Boolean)
      .join(" ");
  return [
    ...("limit" in after ? [transition("limit", limit(before), limit(after))] : []),
    ...("disabled" in after ? [transition("disabled", status(before), status(after))] : []),
  ];
}

/** The heading of the items with a state, in the order in which results are listed. */
export const stateOrder: readonly ItemState[] = [
  ...(["failed", "uncertain", "sending", "changed", "waiting", "done", "already"] as const),
];

export function stateText(state: ItemState, isRunning: boolean): string {
  const t = vscode.l10n.t;
  const texts: Record<ItemState, string> = {
    failed: t("Failed; nothing was changed"),
    uncertain: t("Incomplete, or the result couldn't be read"),
    sending: isRunning ? t("Being sent") : t("May have been sent when VS Code ended"),
    changed: t("Skipped; changed by someone else since"),
    waiting: isRunning ? t("Still to send") : t("Not sent"),
    done: t("Done"),
    already: t("Already set this way; nothing was sent"),
  };
  return texts[state];
}

/** Counts the results, as "48 of 50 done, 2 failed". */
export function summaryText(run: Pick<CureRun, "items">): string {
  const t = vscode.l10n.t;
  const count = countStates(run);
  const number = (value: number) => formatCount(value, displayLocale());
  return [
    t("{0} of {1} done", number(count.done + count.already), number(run.items.length)),
    count.failed > 0 && t("{0} failed", number(count.failed)),
    count.changed > 0 && t("{0} skipped", number(count.changed)),
    count.uncertain > 0 && t("{0} uncertain", number(count.uncertain)),
    count.sending > 0 && t("{0} perhaps sent", number(count.sending)),
    count.waiting > 0 && t("{0} not sent", number(count.waiting)),
  ]
    .filter(Boolean)
    .join(", ");
}
