import * as vscode from "vscode";
import { limitStep, nameStep, resetStep } from "../ui/fieldSteps.ts";
import type { WizardStep } from "../ui/wizard.ts";

// Wizard steps for a key's fields, used when a key is created, edited or rotated.

export function keyNameStep<S extends { name?: string }>(before?: string): WizardStep<S> {
  return nameStep({
    before,
    prompt: vscode.l10n.t("The name of the key"),
    missing: vscode.l10n.t("A key needs a name."),
  });
}

export function keyLimitStep<S extends { limit?: number | null }>(before?: number | null): WizardStep<S> {
  return limitStep("limit", { before, prompt: vscode.l10n.t("Spending limit in USD; leave empty for no limit") });
}

export function keyResetStep<S extends { limit_reset?: string | null }>(options: {
  before?: string | null;
  when?(state: S): boolean;
}): WizardStep<S> {
  return resetStep("limit_reset", { ...options, never: vscode.l10n.t("the limit never resets") });
}
