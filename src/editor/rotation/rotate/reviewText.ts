import * as vscode from "vscode";
import type { CarriedSetting, NotCarried, RotationPlan } from "../../../openrouter/rotation/index.ts";
import { formatMoment, formatMoney, formatUtcDay } from "../../../openrouter/text/format.ts";
import { displayLocale } from "../../platform/locale.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { exactLimitText, limitText, resetText } from "../../ui/limitText.ts";
import type { ReviewLine } from "../../ui/reviewStep.ts";

// The texts of the review step, before anything is sent.

type MemberName = (userId: string) => string | undefined;

/** Lists the fields that carry over, under OpenRouter's names; `old → new` if the values differ. */
export function carriedLines({ carried }: RotationPlan, member: MemberName): ReviewLine[] {
  return carried.map(({ field, value, was }) => {
    const text = valueText(field, value, member);
    return { field, value: was === undefined ? text : `${valueText(field, was, member)} → ${text}` };
  });
}

function valueText(
  field: CarriedSetting["field"],
  value: NonNullable<CarriedSetting["value"]> | null,
  member: MemberName,
): string {
  const t = vscode.l10n.t;
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  if (typeof value === "number") return exactLimitText(value);
  if (value === null) return noneText(field);
  if (field === "limit_reset") return resetText(value);
  if (field === "expires_at") return formatMoment(value, displayLocale());
  if (field === "creator_user_id") return safeLabel(member(value) ?? t("unknown"));
  return safeLabel(value);
}

function noneText(field: CarriedSetting["field"]): string {
  const t = vscode.l10n.t;
  if (field === "limit") return limitText(null, undefined);
  if (field === "limit_reset" || field === "expires_at") return t("never");
  return t("none");
}

/** Lists what does not carry over, and the consequences of the choices. */
export function planNotes({ notCarried, restoreLimit, body }: RotationPlan): string[] {
  const t = vscode.l10n.t;
  const restored =
    restoreLimit &&
    t(
      "The limit of {0} can be restored from {1}. VS Code will remind you.",
      limitText(restoreLimit.limit, body.limit_reset),
      day(restoreLimit.from),
    );
  return [
    // The first row is the narrowest, since the group's title is beside it.
    t("The old key keeps working until you disable it."),
    ...(restored ? [restored] : []),
    ...notCarried.map(noteText),
  ];
}

function noteText(note: NotCarried): string {
  const t = vscode.l10n.t;
  const usd = (value: number) => formatMoney(value, displayLocale());
  switch (note.code) {
    case "usage": {
      const byok = note.byok_usage ? ` + ${t("{0} BYOK", usd(note.byok_usage))}` : "";
      return t("The new key's usage starts at 0; the old key's usage is {0}.", usd(note.usage) + byok);
    }
    case "activity":
      return t("Past activity stays with the old key and is lost when you delete that key.");
    case "budgetRefilled":
      return t(
        "The budget is refilled: {0} of {1} remained.",
        usd(note.remaining),
        limitText(note.limit, note.limit_reset),
      );
    case "nothingRemains":
      return note.until
        ? t("Nothing remains of the limit: the new key can't spend anything until {0}.", day(note.until))
        : t("Nothing remains of the limit: the new key can't spend anything until you raise it.");
    case "externalUser":
      return t("The external user {0} can't be set on a new key.", safeLabel(note.user));
    case "expired":
      return t("The old key expired {0}; that date can't be carried over.", day(note.expires_at));
    case "disabled":
      return t("The old key is disabled; the new one is active.");
    case "guardrail":
      return t("The guardrail {0} will not apply to the new key.", safeLabel(note.name));
  }
}

/** A row is too narrow for the time as well. */
const day = (iso: string) => formatUtcDay(iso, displayLocale());
