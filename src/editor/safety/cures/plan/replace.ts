import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { getKeyStatus } from "../../../../openrouter/keys/keyStatus.ts";
import { rotationNameTemplate } from "../../../platform/settings.ts";
import { keysText } from "../../../ui/countTexts.ts";
import { expiryStep } from "../../../ui/expiryStep.ts";
import { pickOne } from "../../../ui/pick.ts";
import { BACK, type WizardStep } from "../../../ui/wizard.ts";
import { itemOf, type Plan, type PreviewDraft, previewStep } from "../preview.ts";
import type { CureServices } from "../services.ts";
import type { CureTargets } from "../targets.ts";

interface Draft extends PreviewDraft {
  expires_at?: string | null;
  limit?: "whole" | "remaining";
}

/** Asks for the expiry and the limit of the new keys, then shows which keys are created. */
export async function replaceSteps(
  { registry }: CureServices,
  { session, keys }: CureTargets,
): Promise<WizardStep<Draft>[]> {
  const t = vscode.l10n.t;
  const now = session.client.now();
  await Promise.all([registry.reload(), session.data.guardrails.load({ fresh: true })]);
  const { failure } = session.data.guardrails;
  // A new key without its guardrail may do more than the old one.
  if (failure) throw new Error(failure);
  const rotating = new Set(
    registry.journal
      .all()
      .filter(({ step }) => step !== "finished")
      .map(({ old }) => old.hash),
  );
  const active = keys.filter((key) => getKeyStatus(key, now) === "active");
  const open = active.filter(({ hash }) => !rotating.has(hash));
  const leftOut = [
    active.length < keys.length && t("Disabled or expired: {0}", keysText(keys.length - active.length)),
    open.length < active.length && t("Already being rotated: {0}", keysText(active.length - open.length)),
  ]
    .filter(Boolean)
    .join(" · ");
  const hasSpent = open.some(({ limit, limit_remaining }) => limit !== null && (limit_remaining ?? limit) < limit);
  const limits: WizardStep<Draft> = {
    async ask(state, position) {
      const items = [
        {
          label: t("The Whole Limit"),
          detail: t("What was spent in this period can be spent again"),
          value: "whole" as const,
        },
        {
          label: t("The Remaining Limit"),
          detail: t("The old and the new keys together stay within the limits of this period"),
          value: "remaining" as const,
        },
      ];
      const placeholder = t("Which limit do the new keys get?");
      const limit = await pickOne(position, { items, placeholder, active: (value) => value === state.limit });
      return limit === BACK ? BACK : { limit };
    },
  };
  const planOf = ({ expires_at, limit = "whole" }: Draft): Plan => ({
    run: { kind: "replace", replace: { name: rotationNameTemplate(), expires_at: expires_at!, limit } },
    items: open.map((key) => ({ item: itemOf(key, { expect: {}, want: {}, rotation: randomUUID() }) })),
    leftOut: leftOut || undefined,
  });
  return [
    expiryStep<Draft>(() => session.client.now(), { canBeNever: false }),
    ...(hasSpent ? [limits] : []),
    previewStep<Draft>(session, planOf),
  ];
}
