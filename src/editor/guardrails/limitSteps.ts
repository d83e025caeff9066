import * as vscode from "vscode";
import { resets } from "../../openrouter/index.ts";
import { askText } from "../ui/askText.ts";
import { resetText } from "../ui/limitText.ts";
import { pickOne } from "../ui/pick.ts";
import { parseUsd } from "../ui/usd.ts";
import { usdProblem } from "../ui/usdProblem.ts";
import { BACK, type Step } from "../ui/wizard.ts";

/** USD and the interval after which the limit begins anew. */
export interface LimitDraft {
  limit_usd?: number | null;
  reset_interval?: string | null;
}

/** The limit, empty for none. */
export function limitStep<S extends LimitDraft>(): Step<S> {
  return {
    async ask({ limit_usd }, place) {
      const text = await askText(place, {
        value: limit_usd == null ? "" : String(limit_usd),
        prompt: vscode.l10n.t("Limit in USD for each key and each member by itself; empty for no limit"),
        placeholder: vscode.l10n.t("no limit"),
        validate: usdProblem,
      });
      return text === BACK ? BACK : ({ limit_usd: parseUsd(text) ?? null } as Partial<S>);
    },
  };
}

/** When the limit begins anew, which every limit does; left out where there is none. */
export function resetStep<S extends LimitDraft>(): Step<S> {
  return {
    when: ({ limit_usd }) => limit_usd != null,
    async ask({ reset_interval }, place) {
      const t = vscode.l10n.t;
      const explained: Record<string, string> = {
        daily: t("at midnight UTC"),
        weekly: t("on Monday, midnight UTC"),
        monthly: t("on the first of the month, midnight UTC"),
      };
      const items = resets.map((value) => ({
        label: resetText(value),
        description: explained[value],
        value: value as string,
      }));
      const placeholder = t("When does the limit begin anew?");
      const chosen = await pickOne(place, { items, placeholder, active: (value) => value === reset_interval });
      return chosen === BACK ? BACK : ({ reset_interval: chosen } as Partial<S>);
    },
  };
}
