import * as vscode from "vscode";
import type { CarriedSetting, NotCarried, RotationPlan } from "../../../openrouter/rotation/index.ts";
import { formatMoment, formatMoney } from "../../../openrouter/text/format.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { limitText, resetText } from "../../ui/limitText.ts";
import type { ReviewLine } from "../../ui/reviewStep.ts";

// The words of a plan, before anything happens.

type Name = (userId: string) => string | undefined;

/** What carries over, a line for each of OpenRouter's fields; `old → new` where they differ. */
export function carriedLines({ carried }: RotationPlan, member: Name): ReviewLine[] {
  return carried.map(({ field, value, was }) => {
    const text = valueText(field, value, member);
    return { field, value: was === undefined ? text : `${valueText(field, was, member)} → ${text}` };
  });
}

function valueText(
  field: CarriedSetting["field"],
  value: NonNullable<CarriedSetting["value"]> | null,
  member: Name,
): string {
  const t = vscode.l10n.t;
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  if (typeof value === "number") return limitText(value, undefined);
  if (value === null) return noneText(field);
  if (field === "limit_reset") return resetText(value);
  if (field === "expires_at") return formatMoment(value, vscode.env.language);
  if (field === "creator_user_id") return safeLabel(member(value) ?? value);
  return safeLabel(value);
}

function noneText(field: CarriedSetting["field"]): string {
  const t = vscode.l10n.t;
  if (field === "limit") return limitText(null, undefined);
  if (field === "limit_reset" || field === "expires_at") return t("never");
  return t("none");
}

/** What does not carry over, and what follows from the choices. */
export function planNotes({ notCarried, restoreLimit, body }: RotationPlan): string[] {
  const t = vscode.l10n.t;
  const restored =
    restoreLimit &&
    t(
      "{0} is due again from {1}; VS Code reminds you.",
      limitText(restoreLimit.limit, body.limit_reset),
      time(restoreLimit.from),
    );
  return [
    ...(restored ? [restored] : []),
    ...notCarried.map(noteText),
    t("The old key keeps working until you disable it."),
  ];
}

function noteText(note: NotCarried): string {
  const t = vscode.l10n.t;
  const usd = (value: number) => formatMoney(value, vscode.env.language);
  switch (note.code) {
    case "usage": {
      const byok = note.byok_usage ? ` + ${t("{0} BYOK", usd(note.byok_usage))}` : "";
      return t("The new key's counters begin at 0; the old one's stand at {0}.", usd(note.usage) + byok);
    }
    case "activity":
      return t("Activity so far stays with the old key; deleting that loses it.");
    case "budgetRefilled":
      return t(
        "The budget is refilled: {0} remained of {1}.",
        usd(note.remaining),
        limitText(note.limit, note.limit_reset),
      );
    case "nothingRemains":
      return note.until
        ? t("Nothing remains: the new key can spend nothing until {0}.", time(note.until))
        : t("Nothing remains: the new key can spend nothing until its limit is raised.");
    case "externalUser":
      return t("OpenRouter's mark of the external user {0} cannot be set on a new key.", safeLabel(note.user));
    case "expired":
      return t("The old key expired {0}; that date cannot be carried over.", time(note.expires_at));
    case "disabled":
      return t("The old key is disabled; the new one is active.");
    case "guardrail":
      return t("The guardrail {0} does not bind the new key.", safeLabel(note.name));
  }
}

const time = (iso: string) => formatMoment(iso, vscode.env.language);
