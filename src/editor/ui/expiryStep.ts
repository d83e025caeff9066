import * as vscode from "vscode";
import { formatUtcDay } from "../../openrouter/text/format.ts";
import { DAY_MS } from "../../openrouter/time.ts";
import { displayLocale } from "../platform/locale.ts";
import { askText } from "./askText.ts";
import { pickOne } from "./pick.ts";
import { BACK, type WizardStep } from "./wizard.ts";

const TERM_DAYS = [7, 30, 90, 365];

/**
 * Asks when a key expires: never, after a number of days, or on a date; always at the end of the UTC day.
 * @param options.canBeNever false if "never" is no answer
 */
export function expiryStep<S extends { expires_at?: string | null }>(
  now: () => Date = () => new Date(),
  { canBeNever = true } = {},
): WizardStep<S> {
  return {
    async ask(_state, position) {
      const t = vscode.l10n.t;
      const items: { label: string; description?: string; value: string | null }[] = [
        ...(canBeNever ? [{ label: t("Never"), value: null }] : []),
        ...TERM_DAYS.map((days) => {
          const value = endOfDay(new Date(now().getTime() + days * DAY_MS));
          return { label: t("In {0} days", days), description: formatUtcDay(value, displayLocale()), value };
        }),
        { label: t("On a Date…"), value: "date" },
      ];
      for (;;) {
        const chosen = await pickOne(position, { items, placeholder: t("When does the key expire?") });
        if (chosen === BACK) return BACK;
        const expires_at = chosen === "date" ? await askDate(position, now()) : chosen;
        if (expires_at !== BACK) return { expires_at } as Partial<S>;
      }
    },
  };
}

async function askDate(position: Parameters<typeof askText>[0], now: Date): Promise<string | typeof BACK> {
  const text = await askText(
    { ...position, canGoBack: true },
    {
      prompt: vscode.l10n.t("The last day on which the key works (UTC)"),
      placeholder: vscode.l10n.t("YYYY-MM-DD"),
      validate: (typed) => dateProblem(typed, now),
    },
  );
  return text === BACK ? BACK : endOfDay(new Date(`${text.trim()}T00:00:00Z`));
}

/** Returns why the text is no valid expiry date, or undefined. */
export function dateProblem(text: string, now: Date): string | undefined {
  const typed = text.trim();
  const date = new Date(`${typed}T00:00:00Z`);
  const valid =
    /^\d{4}-\d\d-\d\d$/.test(typed) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(typed);
  if (!valid) return vscode.l10n.t("Enter a date such as {0}.", endOfDay(now).slice(0, 10));
  return endOfDay(date) <= now.toISOString() ? vscode.l10n.t("The date must not be in the past.") : undefined;
}

/** Returns the last second of a UTC day; the API accepts UTC only. */
export function endOfDay(date: Date): string {
  return `${date.toISOString().slice(0, 10)}T23:59:59Z`;
}
