import * as vscode from "vscode";
import type { Key } from "../../../../openrouter/index.ts";
import { type HighestDays, readHighestDays } from "../../../../openrouter/safety/cures/highestDays.ts";
import { createPacer, pacedClient } from "../../../../openrouter/safety/cures/pace.ts";
import type { KeyState } from "../../../../openrouter/safety/cures/record.ts";
import { allowsMore, suggestDailyLimit } from "../../../../openrouter/safety/cures/suggestLimit.ts";
import { formatMoney, formatUtcDay } from "../../../../openrouter/text/format.ts";
import { keyResetStep } from "../../../keys/keySteps.ts";
import { displayLocale } from "../../../platform/locale.ts";
import { keysText } from "../../../ui/countTexts.ts";
import { limitStep } from "../../../ui/fieldSteps.ts";
import { limitText } from "../../../ui/limitText.ts";
import { pickOne } from "../../../ui/pick.ts";
import { runWithProgress } from "../../../ui/progress.ts";
import { BACK, type WizardStep } from "../../../ui/wizard.ts";
import { itemOf, type Plan, type PlannedItem, type PreviewDraft, previewStep } from "../preview.ts";
import type { CureTargets } from "../targets.ts";

interface Draft extends PreviewDraft {
  /** Each key's own suggestion, or one limit for all. */
  basis?: "suggested" | "one";
  limit?: number | null;
  limit_reset?: string | null;
}

/** Asks for limits: each key's suggestion, or one for all; then shows the requests. */
export function setLimitSteps(targets: CureTargets): WizardStep<Draft>[] {
  const { session, keys } = targets;
  const t = vscode.l10n.t;
  // Read once, even if the person goes back.
  let reading: Promise<HighestDays> | undefined;
  const highestDays = async (): Promise<HighestDays> => {
    reading ??= readSpend(targets);
    try {
      return await reading;
    } catch (error) {
      reading = undefined;
      throw error;
    }
  };
  const isOne = ({ basis }: Draft) => basis === "one";
  const basisStep: WizardStep<Draft> = {
    async ask(state, position) {
      const items = [
        {
          label: t("Suggested Limits"),
          detail: t("Per day: the highest day of the last 30 plus a fifth, rounded up"),
          value: "suggested" as const,
        },
        {
          label: t("One Limit for All…"),
          detail: t("The same amount and reset for {0}", keysText(keys.length)),
          value: "one" as const,
        },
      ];
      const basis = await pickOne(position, { items, active: (value) => value === state.basis });
      return basis === BACK ? BACK : { basis };
    },
  };
  const amount = limitStep<"limit", Draft>("limit", { prompt: t("Spending limit of each key in USD"), required: true });
  return [
    basisStep,
    { ...amount, when: isOne },
    keyResetStep<Draft>({ before: "monthly", when: isOne }),
    previewStep<Draft>(session, async (draft) =>
      isOne(draft)
        ? planOneLimit(keys, { limit: draft.limit, limit_reset: draft.limit_reset })
        : planSuggested(keys, await highestDays()),
    ),
  ];
}

function readSpend({ session, keys }: CureTargets): Promise<HighestDays> {
  const { client } = session;
  const pacer = createPacer({ limitedUntil: () => client.rateLimitedUntil?.() });
  const title = vscode.l10n.t("Reading the spend of {0}", keysText(keys.length));
  return runWithProgress(title, (signal) => readHighestDays(pacedClient(client, pacer, signal), keys, { signal }));
}

function planOneLimit(keys: readonly Key[], want: Pick<KeyState, "limit" | "limit_reset">): Plan {
  return toPlan(keys, () => ({ want }));
}

function planSuggested(keys: readonly Key[], { byHash, source }: HighestDays): Plan {
  const t = vscode.l10n.t;
  const known = keys.filter(({ hash }) => byHash.has(hash));
  const plan = toPlan(known, ({ hash }) => {
    const { usd: highest, day } = byHash.get(hash)!;
    const note = day
      ? t("highest day: {0} ({1})", usd(highest), formatUtcDay(`${day}T00:00:00Z`, displayLocale()))
      : t("nothing spent in the last 30 days");
    return { want: { limit: suggestDailyLimit(highest), limit_reset: "daily" }, note };
  });
  const rest = keys.length - known.length;
  const leftOut = [
    plan.leftOut,
    rest > 0 && t("No suggestion, since the spend couldn't be read: {0}", keysText(rest)),
    source === "activity" && t("without analytics: from completed days"),
  ];
  return { ...plan, leftOut: leftOut.filter(Boolean).join(" · ") || undefined };
}

/** Leaves out keys that already have the limit. Limits that may allow more than today are not checked. */
function toPlan(
  keys: readonly Key[],
  wantOf: (key: Key) => { want: Pick<KeyState, "limit" | "limit_reset">; note?: string },
): Plan {
  const t = vscode.l10n.t;
  const all = keys.map((key) => {
    const { want, note } = wantOf(key);
    const expect = { limit: key.limit, limit_reset: key.limit_reset };
    return { key, want, note, expect, isSame: expect.limit === want.limit && expect.limit_reset === want.limit_reset };
  });
  const items = all
    .filter(({ isSame }) => !isSame)
    .map(
      ({ key, want, note, expect }): PlannedItem => ({
        item: itemOf(key, { expect, want }),
        notes: note === undefined ? [] : [note],
        warning: allowsMore(expect, want)
          ? t("may allow more than today's {0}", limitText(key.limit, key.limit_reset))
          : undefined,
      }),
    );
  const rest = all.length - items.length;
  return {
    run: { kind: "setLimit" },
    items,
    leftOut: rest > 0 ? t("Already with this limit: {0}", keysText(rest)) : undefined,
  };
}

const usd = (value: number) => formatMoney(value, displayLocale());
