// What takes back a change of an agent, as far as the API can. Pure.
import type { WriteAction } from "../../../openrouter/endpoints/table.ts";
import {
  diffFields,
  type GuardrailFields,
  getEditableFields,
  zdrFields,
} from "../../../openrouter/guardrails/guardrailChanges.ts";
import { completeLimit } from "../../../openrouter/guardrails/guardrailLimit.ts";
import type { Guardrail, Key, KeyUpdate } from "../../../openrouter/index.ts";

/** The values to set again, or whom to bind again to which guardrail. */
export type Undo =
  | { of: "key"; id: string; body: KeyUpdate }
  | { of: "guardrail"; id: string; body: GuardrailFields }
  /** @param bound the guardrail of each key or member before the change, by their ids; null for none */
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

/** `PATCH /keys/{hash}` documents these; the expiry is none of them. */
const keyFields = ["name", "disabled", "limit", "limit_reset", "include_byok_in_limit"] as const;

/** @returns undefined where nothing changes, or what was there before is not known */
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
      return bindings(action, id, bound, (owner) => owner !== id);
    case "unassignKeys":
    case "unassignMembers":
      return bindings(action, id, bound, (owner) => owner === id);
    default:
      return undefined;
  }
}

/** False where a field was not asked for, was so already, or is not known. */
function isChanged(asked: unknown, before: unknown): boolean {
  return asked !== undefined && before !== undefined && JSON.stringify(asked) !== JSON.stringify(before);
}

/** What counts as the same is told as for people's own changes: a list in another order, or none, changes nothing. */
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
  // OpenRouter refuses a limit without its reset.
  return completeLimit(fields, before);
}

/** The fields of a body with those by provider, for which the deprecated `enforce_zdr` stands. */
export function withZdrFields(asked: Record<string, unknown>): Record<string, unknown> {
  if (asked.enforce_zdr === undefined) return asked;
  const byProvider = Object.keys(zdrFields).map((field) => [field, asked.enforce_zdr]);
  return { ...Object.fromEntries(byProvider), ...asked };
}

function bindings(
  action: WriteAction,
  id: string,
  bound: Known["bound"],
  isChange: (owner: string | null) => boolean,
): Undo | undefined {
  const changed = Object.entries(bound ?? {}).filter(([, owner]) => isChange(owner));
  if (changed.length === 0) return undefined;
  return { of: /Keys$/.test(action) ? "keys" : "members", id, bound: Object.fromEntries(changed) };
}

/** True for an undo as it is written to a file: its body can hold nothing else than fields that are restored. */
export function isUndo(value: unknown): value is Undo {
  const { of, id, body, bound } = (value ?? {}) as Record<string, unknown>;
  if (typeof id !== "string" || id === "") return false;
  if (of === "keys" || of === "members")
    return isObject(bound) && Object.values(bound).every((owner) => owner === null || typeof owner === "string");
  if (!isObject(body)) return false;
  const fields = Object.keys(body);
  if (of === "key") return fields.every((field) => (keyFields as readonly string[]).includes(field));
  // Of a guardrail without any value, every field that can be changed.
  return of === "guardrail" && fields.every((field) => editable.has(field));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const editable = new Set([
  ...Object.keys(getEditableFields({ id: "", name: "" } as Guardrail)),
  "include_byok_in_budgets",
  "allowed_data_regions",
]);
