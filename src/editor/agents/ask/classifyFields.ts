// Determines which fields a write changes. Pure.
import type { WriteAction } from "../../../openrouter/endpoints/table.ts";
import { effectiveZdr, type ZdrField, zdrFields } from "../../../openrouter/guardrails/guardrailChanges.ts";
import type { Guardrail } from "../../../openrouter/index.ts";

/** The most unknown fields that are listed one by one. */
const MAX_UNKNOWN = 10;

export interface FieldChange<Known> {
  field: string;
  /** The entry for this field in the table of known fields. */
  known: Known;
  /** The current value; undefined if it couldn't be read. */
  before: { was: unknown } | undefined;
  after: unknown;
}

export interface ClassifiedFields<Known> {
  changes: FieldChange<Known>[];
  /** The first unknown fields with their new values. */
  unknown: [field: string, after: unknown][];
  /** The number of further unknown fields. */
  more: number;
}

/** Splits a body's fields into known and unknown ones; omits fields without a value. */
export function classifyFields<Known>(
  body: unknown,
  known: ReadonlyMap<string, Known>,
  before?: Record<string, unknown>,
): ClassifiedFields<Known> {
  const fields = Object.entries((body ?? {}) as Record<string, unknown>).filter(([, value]) => value !== undefined);
  const unknown = fields.filter(([field]) => !known.has(field));
  return {
    changes: fields.flatMap(([field, after]) => {
      const found = known.get(field);
      if (found === undefined) return [];
      return [{ field, known: found, before: before && { was: valueBefore(before, field) }, after }];
    }),
    unknown: unknown.slice(0, MAX_UNKNOWN),
    more: Math.max(0, unknown.length - MAX_UNKNOWN),
  };
}

/** Fields of a new key or guardrail that the question shows even if the body omits them, with their defaults. */
const defaults: Partial<Record<WriteAction, Record<string, null>>> = {
  createKey: { limit: null, expires_at: null, workspace_id: null },
  createGuardrail: { workspace_id: null },
};

/** Returns the body, completed with the defaults that the question shows. */
export function withDefaults(action: WriteAction, body: unknown): Record<string, unknown> {
  const given = Object.entries((body ?? {}) as Record<string, unknown>).filter(([, value]) => value !== undefined);
  // `Object.fromEntries` keeps a field named `__proto__` as a normal field.
  return Object.fromEntries([
    ...given,
    ...Object.entries(defaults[action] ?? {}).filter(([field]) => !given.some(([one]) => one === field)),
  ]);
}

function valueBefore(before: Record<string, unknown>, field: string): unknown {
  return Object.hasOwn(zdrFields, field) ? effectiveZdr(before as Guardrail, field as ZdrField) : before[field];
}
