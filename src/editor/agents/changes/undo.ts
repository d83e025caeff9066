// Determines how to undo an agent's change, as far as the API allows. Pure.

import type { WriteAction } from "../../../openrouter/endpoints/table.ts";
import {
  diffFields,
  type GuardrailFields,
  getEditableFields,
  zdrFields,
} from "../../../openrouter/guardrails/guardrailChanges.ts";
import { completeLimit } from "../../../openrouter/guardrails/guardrailLimit.ts";
import type { Guardrail, Key, KeyUpdate } from "../../../openrouter/index.ts";
import { isObject } from "../../../openrouter/json.ts";

/** The field values or the assignments to restore. */
export type Undo =
  | { of: "key"; id: string; body: KeyUpdate }
  | { of: "guardrail"; id: string; body: GuardrailFields }
  /** @param bound maps each key or member to the id of its guardrail before the change; null for none */
  | { of: "keys" | "members"; id: string; bound: Record<string, string | null> };

interface Asked {
  action: WriteAction;
  id?: string;
  body: unknown;
}

interface Known {
  key?: Key;
  guardrail?: Guardrail;
  bound?: Record<string, string | null>;
}

/** The fields that `PATCH /keys/{hash}` documents; it can't change the expiry. */
const keyFields = ["name", "disabled", "limit", "limit_reset", "include_byok_in_limit"] as const;

/** Returns the undo of a write; undefined if nothing changes or the previous state is unknown. */
export function planUndo({ action, id, body }: Asked, { key, guardrail, bound }: Known): Undo | undefined {
  if (id === undefined) return undefined;
  const asked = (body ?? {}) as Record<string, unknown>;
  switch (action) {
    case "updateKey": {
      const changed = keyFields.filter((field) => isChanged(asked[field], key?.[field]));
      if (!key || changed.length === 0) return undefined;
      return { of: "key", id, body: Object.fromEntries(changed.map((field) => [field, key[field]])) };
    }
    case "updateGuardrail": {
      const fields = guardrail && guardrailFields(asked, guardrail);
      return fields && Object.keys(fields).length > 0 ? { of: "guardrail", id, body: fields } : undefined;
    }
    case "assignKeys":
    case "assignMembers":
      return undoAssignments(action, id, bound, (owner) => owner !== id);
    case "unassignKeys":
    case "unassignMembers":
      return undoAssignments(action, id, bound, (owner) => owner === id);
    default:
      return undefined;
  }
}

/** False if the field is not requested, already has this value, or has an unknown value. */
function isChanged(asked: unknown, before: unknown): boolean {
  return asked !== undefined && before !== undefined && JSON.stringify(asked) !== JSON.stringify(before);
}

/** Returns the fields to restore. A reordered list counts as unchanged, and so does an empty list instead of none. */
function guardrailFields(asked: Record<string, unknown>, guardrail: Guardrail): GuardrailFields {
  const before = getEditableFields(guardrail);
  const after = getEditableFields({
    ...guardrail,
    ...before,
    ...withZdrFields(asked),
    enforce_zdr: undefined,
  } as Guardrail);
  const changed = diffFields(before, after).filter(({ field }) => before[field] !== undefined);
  const fields: GuardrailFields = Object.fromEntries(changed.map(({ field, before: was }) => [field, was]));
  // OpenRouter rejects a limit without a reset interval.
  return completeLimit(fields, before);
}

/** Expands a body's deprecated `enforce_zdr` into the fields per provider. */
export function withZdrFields(asked: Record<string, unknown>): Record<string, unknown> {
  if (asked.enforce_zdr === undefined) return asked;
  const byProvider = Object.keys(zdrFields).map((field) => [field, asked.enforce_zdr]);
  return { ...Object.fromEntries(byProvider), ...asked };
}

function undoAssignments(
  action: WriteAction,
  id: string,
  bound: Known["bound"],
  isChanged: (owner: string | null) => boolean,
): Undo | undefined {
  const changed = Object.entries(bound ?? {}).filter(([, owner]) => isChanged(owner));
  if (changed.length === 0) return undefined;
  return { of: /Keys$/.test(action) ? "keys" : "members", id, bound: Object.fromEntries(changed) };
}

/** Validates an undo read from a file: its body may only contain fields that an undo can set. */
export function isUndo(value: unknown): value is Undo {
  const { of, id, body, bound } = (value ?? {}) as Record<string, unknown>;
  if (typeof id !== "string" || id === "") return false;
  if (of === "keys" || of === "members")
    return isObject(bound) && Object.values(bound).every((owner) => owner === null || typeof owner === "string");
  if (!isObject(body)) return false;
  const fields = Object.keys(body);
  if (of === "key") return fields.every((field) => (keyFields as readonly string[]).includes(field));
  return of === "guardrail" && fields.every((field) => editable.has(field));
}

/** All fields that an undo of a guardrail may set. */
const editable = new Set([
  ...Object.keys(getEditableFields({ id: "", name: "" } as Guardrail)),
  "include_byok_in_budgets",
  "allowed_data_regions",
]);
