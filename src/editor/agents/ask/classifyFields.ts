// What a write does to each field, before it is put into words. Pure.
import type { WriteAction } from "../../../openrouter/endpoints/table.ts";
import { effectiveZdr, type ZdrField, zdrFields } from "../../../openrouter/guardrails/guardrailChanges.ts";
import type { Guardrail } from "../../../openrouter/index.ts";

/** Fields that this version does not know: so many are shown one by one. */
const MAX_UNKNOWN = 10;

export interface FieldChange<Known> {
  field: string;
  /** What is known of the field. */
  known: Known;
  /** Undefined where it is not known what is there now. */
  before: { was: unknown } | undefined;
  after: unknown;
}

export interface FieldChanges<Known> {
  changes: FieldChange<Known>[];
  /** The first of the fields that are not known, with their new values. */
  unknown: [field: string, after: unknown][];
  /** How many more fields are not known. */
  more: number;
}

/** Sorts the fields of a body by whether they are known; fields without a value are left out. */
export function fieldChanges<Known>(
  body: unknown,
  known: ReadonlyMap<string, Known>,
  before?: Record<string, unknown>,
): FieldChanges<Known> {
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

/** What holds for a new key or guardrail where nothing is given. */
const defaults: Partial<Record<WriteAction, Record<string, null>>> = {
  createKey: { limit: null, expires_at: null, workspace_id: null },
  createGuardrail: { workspace_id: null },
};

/** The body with those fields that matter although nothing is given. */
export function withDefaults(action: WriteAction, body: unknown): Record<string, unknown> {
  const given = Object.entries((body ?? {}) as Record<string, unknown>).filter(([, value]) => value !== undefined);
  // Fields of the body stay as they are, whatever they are called.
  return Object.fromEntries([
    ...given,
    ...Object.entries(defaults[action] ?? {}).filter(([field]) => !given.some(([one]) => one === field)),
  ]);
}

function valueBefore(before: Record<string, unknown>, field: string): unknown {
  return Object.hasOwn(zdrFields, field) ? effectiveZdr(before as Guardrail, field as ZdrField) : before[field];
}
