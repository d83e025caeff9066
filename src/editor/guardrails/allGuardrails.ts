import { isUnconfigured, unconfiguredDefaults } from "../../openrouter/guardrails/defaultGuardrails.ts";
import type { Guardrail } from "../../openrouter/index.ts";
import type { AccountSession, GuardrailsData } from "../data/accountData.ts";
import { withGuardrail } from "../data/guardrailUpdates.ts";

/** Returns the guardrails that were read, and the default guardrails that the API doesn't list until they are changed. */
export function allGuardrails({ guardrails, workspaces, unreadable }: GuardrailsData): Guardrail[] {
  const missing = unconfiguredDefaults(guardrails, workspaces);
  return [...guardrails, ...(unreadable ? missing.map((one) => ({ ...one, isUnread: true })) : missing)];
}

/** True for a default guardrail that is missing in a list with rows that couldn't be read: it may be one of these. */
export function isUnread(guardrail: Guardrail): boolean {
  return guardrail.isUnread === true;
}

/** Finds a guardrail, also one that the API doesn't list yet. */
export function findGuardrail(data: GuardrailsData | undefined, id: string): Guardrail | undefined {
  return data && allGuardrails(data).find((one) => one.id === id);
}

/** Shows a guardrail that was read or changed. An unconfigured one is not part of the loaded list. */
export function showGuardrail({ data }: AccountSession, guardrail: Guardrail): void {
  if (!isUnconfigured(guardrail)) data.guardrails.change(withGuardrail(guardrail));
}
