import {
  diffFields,
  type GuardrailFields,
  type GuardrailPatch,
  getEditableFields,
} from "../../../openrouter/guardrails/guardrailChanges.ts";
import type { Guardrail } from "../../../openrouter/index.ts";

interface Change {
  /** The guardrail before the patch. */
  now: Guardrail;
  patch: Pick<GuardrailPatch, "body">;
}

/** True if two changes set the same fields to the same values and replace the same values. */
export function isSameChange(a: Change, b: Change): boolean {
  const fields = Object.keys(a.patch.body);
  if (fields.length !== Object.keys(b.patch.body).length || fields.some((field) => !(field in b.patch.body)))
    return false;
  const replaced = ({ now }: Change): GuardrailFields =>
    Object.fromEntries(Object.entries(getEditableFields(now)).filter(([field]) => fields.includes(field)));
  return diffFields(a.patch.body, b.patch.body).length + diffFields(replaced(a), replaced(b)).length === 0;
}
