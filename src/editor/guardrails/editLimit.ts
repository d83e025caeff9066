import * as vscode from "vscode";
import { describeGuardrail } from "../data/describeKey.ts";
import { guardrailName } from "../data/guardrailNames.ts";
import { exactLimitText, resetText } from "../ui/limitText.ts";
import { runWithProgress } from "../ui/progress.ts";
import { reviewStep } from "../ui/reviewStep.ts";
import { wizard } from "../ui/wizard.ts";
import { bindingsById, bindsNothing } from "./bindings.ts";
import { boundKeys } from "./boundKeys.ts";
import { effectText } from "./labels.ts";
import { guardrailLimitStep, guardrailResetStep, type LimitDraft } from "./limitSteps.ts";
import { guardrailFor, guardrailRowOf, guardrailsData, MAX_BINDINGS_AGE_MS } from "./pickGuardrail.ts";
import type { GuardrailServices } from "./services.ts";
import { spentWarnings } from "./spentWarnings.ts";
import { freshGuardrail, updateGuardrail } from "./updateGuardrail.ts";

/** Asks for the limit and its reset, shows what changes and sends only that. `PATCH /guardrails/{id}` */
export async function editGuardrailLimit({ sessions, view }: GuardrailServices, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const title = t("Edit Guardrail Limit");
  const session = await sessions.for(guardrailRowOf(target));
  const guardrail = await freshGuardrail(session, await guardrailFor(view, session, target, { title }));
  const bindings = bindingsById(await guardrailsData(session, MAX_BINDINGS_AGE_MS))(guardrail.id);
  const note = bindsNothing(bindings) ? t("It isn't assigned, so it has no effect.") : effectText(bindings);
  const name = guardrailName(guardrail, session);
  const reading = () => boundKeys(session, guardrail.id);
  const keys = bindsNothing(bindings) ? [] : (await runWithProgress(t("Loading {0}", name), reading)).keys;
  const before: Required<LimitDraft> = {
    limit_usd: guardrail.limit_usd ?? null,
    reset_interval: guardrail.reset_interval ?? null,
  };
  const draft = await wizard<LimitDraft>(
    session,
    `${title}: ${name}`,
    before,
    [
      guardrailLimitStep(),
      guardrailResetStep(),
      reviewStep(t("Change Guardrail"), (state) => {
        const after = { ...before, ...changedLimit(before, state) };
        const fields = [
          { field: "limit_usd", values: [exactLimitText(before.limit_usd), exactLimitText(after.limit_usd)] },
          { field: "reset_interval", values: [resetText(before.reset_interval), resetText(after.reset_interval)] },
        ];
        const lines = fields
          .filter(({ values: [was, is] }) => was !== is)
          .map(({ field, values }) => ({ field, value: values.join(" → ") }));
        return {
          lines: lines.length ? lines : [{ field: t("no changes"), value: "" }],
          notes: [note],
          warnings: lines.length ? spentWarnings(session, keys, { ...guardrail, ...after }) : [],
        };
      }),
    ],
    describeGuardrail(session, guardrail),
  );
  await updateGuardrail(session, guardrail, changedLimit(before, draft));
}

/** Returns both fields or none, since OpenRouter rejects one without the other. Clearing the limit clears its reset. */
function changedLimit(before: LimitDraft, { limit_usd = null, reset_interval = null }: LimitDraft): LimitDraft {
  const reset = limit_usd === null ? null : reset_interval;
  const same = limit_usd === before.limit_usd && reset === before.reset_interval;
  return same ? {} : { limit_usd, reset_interval: reset };
}
