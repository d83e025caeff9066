import * as vscode from "vscode";
import {
  formatRotatedName,
  type PlanInput,
  planRotation,
  type RotationChoices,
} from "../../../openrouter/rotation/index.ts";
import type { Key } from "../../../openrouter/schemas.ts";
import { formatMoney, formatUtcDay } from "../../../openrouter/text/format.ts";
import { displayLocale } from "../../platform/locale.ts";
import { rotationNameTemplate } from "../../platform/settings.ts";
import { expiryStep as termStep } from "../../ui/expiryStep.ts";
import { limitText } from "../../ui/limitText.ts";
import { pickOne } from "../../ui/pick.ts";
import { BACK, type WizardStep } from "../../ui/wizard.ts";

/** Returns the new key's name, from the name pattern in the settings. */
export function suggestedName(key: Key, now: Date): string {
  return formatRotatedName(rotationNameTemplate(), key.name, now);
}

/** Asks for the whole limit or the remaining one. No step if they are the same. */
export function limitSteps(key: Key, input: PlanInput): WizardStep<RotationChoices>[] {
  const wholeLimit = input.wholeLimit ?? key.limit;
  const reduced = planRotation(key, { ...input, choices: { limit: "remaining" } });
  const remaining = reduced.body.limit ?? 0;
  if (wholeLimit === null || remaining >= wholeLimit) return [];
  const step: WizardStep<RotationChoices> = {
    async ask(state, position) {
      const t = vscode.l10n.t;
      const locale = displayLocale();
      const spent = formatMoney((wholeLimit ?? 0) - remaining, locale);
      const items: { label: string; description: string; detail: string; value: RotationChoices["limit"] }[] = [
        {
          label: t("The Whole Limit"),
          description: limitText(wholeLimit, key.limit_reset),
          detail: key.limit_reset
            ? t("Refills this period's budget: the {0} spent so far can be spent again", spent)
            : t("Refills the budget: the {0} spent so far can be spent again", spent),
          value: "whole",
        },
        {
          label: t("The Remaining Limit"),
          description: formatMoney(remaining, locale),
          detail: reduced.restoreLimit
            ? t(
                "Doesn't refill the budget; the whole limit can be restored from {0}",
                formatUtcDay(reduced.restoreLimit.from, locale),
              )
            : t("Doesn't refill the budget: the old and the new key together stay within the limit"),
          value: "remaining",
        },
      ];
      const placeholder = t("Which limit does the new key get?");
      const limit = await pickOne(position, {
        items,
        placeholder,
        active: (value) => value === (state.limit ?? "whole"),
      });
      return limit === BACK ? BACK : { limit };
    },
  };
  return [step];
}

/** Asks for the old key's expiry date, another date, or never. A past date can't be carried over. */
export function expiryStep({ expires_at }: Key, now: Date): WizardStep<RotationChoices> {
  const same = expires_at && Date.parse(expires_at) > now.getTime() ? expires_at : undefined;
  return {
    async ask(state, position) {
      const t = vscode.l10n.t;
      const never = { label: t("Never"), description: expires_at ? "" : t("same as the old key"), value: "never" };
      const term = { label: t("Another Date…"), description: "", value: "term" };
      const date = same && {
        label: t("The Same Date"),
        description: formatUtcDay(same, displayLocale()),
        value: "same",
      };
      const items = date ? [date, term, never] : expires_at ? [term, never] : [never, term];
      const placeholder =
        expires_at && !same
          ? t("The old key expired {0}. When does the new one expire?", formatUtcDay(expires_at, displayLocale()))
          : t("When does the new key expire?");
      for (;;) {
        const chosen = await pickOne(position, {
          items,
          placeholder,
          active: (value) => value === expiryRow(state.expiry),
        });
        if (chosen === BACK) return BACK;
        if (chosen === "same") return { expiry: "same" };
        if (chosen === "never") return { expiry: null };
        const picked = await termStep<{ expires_at?: string | null }>().ask({}, { ...position, canGoBack: true });
        if (picked !== BACK) return { expiry: picked.expires_at ?? null };
      }
    },
  };
}

/** Returns the value of the row that an earlier answer selected. */
function expiryRow(expiry: RotationChoices["expiry"]): string | undefined {
  if (expiry === null) return "never";
  return expiry === undefined || expiry === "same" ? expiry : "term";
}
