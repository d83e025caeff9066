import * as vscode from "vscode";
import type { GuardrailUpdate } from "../../openrouter/index.ts";
import { limitStep, resetStep } from "../ui/fieldSteps.ts";
import type { WizardStep } from "../ui/wizard.ts";

/** The limit in USD and its reset interval. */
export type LimitDraft = Pick<GuardrailUpdate, "limit_usd" | "reset_interval">;

export function guardrailLimitStep<S extends LimitDraft>(): WizardStep<S> {
  const prompt = vscode.l10n.t("Limit in USD for each key and each member separately; leave empty for no limit");
  return limitStep("limit_usd", { prompt });
}

/** Skipped without a limit. Doesn't offer "never", since every guardrail limit resets. */
export function guardrailResetStep<S extends LimitDraft>(): WizardStep<S> {
  return resetStep("reset_interval", { when: ({ limit_usd }: S) => limit_usd != null });
}
