import type { Guardrail, GuardrailUpdate } from "../schemas.ts";
import { completeLimit } from "./guardrailLimit.ts";

/** The fields that enforce zero data retention, with the provider of each; undefined means all other providers. */
export const zdrFields = {
  enforce_zdr_anthropic: "Anthropic",
  enforce_zdr_openai: "OpenAI",
  enforce_zdr_google: "Google",
  enforce_zdr_xai: "xAI",
  enforce_zdr_other: undefined,
} as const;
export type ZdrField = keyof typeof zdrFields;

/** Returns the effective value of a field: the deprecated `enforce_zdr` applies if the field is not set. */
export function effectiveZdr(guardrail: Guardrail, field: ZdrField): boolean | null {
  return guardrail[field] ?? guardrail.enforce_zdr ?? null;
}

/** The editable fields, in the order of the document. */
const editableFields = [
  "name",
  "description",
  "limit_usd",
  "reset_interval",
  "include_byok_in_budgets",
  "allowed_providers",
  "ignored_providers",
  "allowed_models",
  "ignored_models",
  "allowed_data_regions",
  ...(Object.keys(zdrFields) as ZdrField[]),
  "enable_free_model_publication",
  "enable_free_model_training",
  "enable_paid_model_training",
  "content_filters",
  "content_filter_builtins",
] satisfies (keyof GuardrailUpdate)[];
type EditableField = (typeof editableFields)[number];

/** Excludes the deprecated `enforce_zdr`, which would overwrite the per-provider fields. */
export type GuardrailFields = Pick<GuardrailUpdate, EditableField>;

export interface FieldChange {
  field: EditableField;
  before: unknown;
  after: unknown;
}

/** Returns a guardrail's editable fields in normalized form. */
export function getEditableFields(guardrail: Guardrail): GuardrailFields {
  const all: Record<string, unknown> = { ...guardrail };
  for (const field of Object.keys(zdrFields) as ZdrField[]) all[field] = effectiveZdr(guardrail, field);
  // If the API doesn't send these fields, their values are unknown.
  const isKnown = (field: EditableField) =>
    all[field] !== undefined || !["include_byok_in_budgets", "allowed_data_regions"].includes(field);
  return Object.fromEntries(editableFields.filter(isKnown).map((field) => [field, normalize(field, all[field])]));
}

/** Formats a guardrail as a document: JSON with a stable field order. */
export function formatGuardrailDocument(fields: GuardrailFields): string {
  const ordered = editableFields.filter((field) => fields[field] !== undefined).map((field) => [field, fields[field]]);
  return `${JSON.stringify(Object.fromEntries(ordered), null, 2)}\n`;
}

export interface GuardrailPatch {
  /**
   * The body of the PATCH: the fields that the user changed and that don't have the new value yet. It has both or neither of
   * `limit_usd` and `reset_interval`; see `hasIncompleteLimit` for what may still be wrong with them.
   */
  body: GuardrailFields;
  changes: FieldChange[];
  /** Changes at OpenRouter since the document was opened; kept unless the user changed the same field. */
  remoteChanges: FieldChange[];
  /** Fields that are set but missing from the document; they are not changed. */
  omittedFields: EditableField[];
}

/**
 * Creates the PATCH that makes a guardrail match its document. Empty lists become null, since the API refuses empty ones.
 * @param opened the guardrail when the document was opened; @param wanted the document; @param now the current guardrail
 */
export function createGuardrailPatch(opened: Guardrail, wanted: GuardrailFields, now: Guardrail): GuardrailPatch {
  const seen = getEditableFields(opened);
  const present = getEditableFields(now);
  const changed: GuardrailFields = Object.fromEntries(
    editableFields
      .filter((field) => wanted[field] !== undefined)
      .map((field) => [field, normalize(field, wanted[field])] as const)
      .filter(([field, after]) => !isSame(after, seen[field]) && !isSame(after, present[field])),
  );
  const body = completeLimit(changed, present);
  return {
    body,
    changes: diffFields(present, { ...present, ...body }),
    remoteChanges: diffFields(seen, present),
    omittedFields: editableFields.filter((field) => wanted[field] === undefined && (seen[field] ?? null) !== null),
  };
}

/** Lists the fields that differ. */
export function diffFields(before: GuardrailFields, after: GuardrailFields): FieldChange[] {
  return editableFields
    .filter((field) => !isSame(before[field], after[field]))
    .map((field) => ({ field, before: before[field], after: after[field] }));
}

const LONG = 70;

/** Formats a change as `field: before → after`; long lists as their sizes, added (+) and removed (−) entries. */
export function formatChange({ field, before, after }: FieldChange): string {
  const [from, to] = [before, after].map((value) => JSON.stringify(value ?? null));
  const lists = isList(before ?? after) && isList(after ?? before);
  const short = lists ? LONG / 2 : LONG;
  if (from!.length <= short && to!.length <= short) return `${field}: ${from} → ${to}`;
  if (!lists) return `${field}: ${truncate(from!)} → ${truncate(to!)}`;
  const [oldEntries, newEntries] = [entries(before), entries(after)];
  const added = newEntries.filter((entry) => !oldEntries.includes(entry)).map((entry) => `+ ${entry}`);
  const removed = oldEntries.filter((entry) => !newEntries.includes(entry)).map((entry) => `− ${entry}`);
  const size = (list: string[]) => (list.length ? `[${list.length}]` : "null");
  return `${field}: ${size(oldEntries)} → ${size(newEntries)}: ${truncate([...added, ...removed].join(", "), 3 * LONG)}`;
}

function normalize(field: EditableField, value: unknown): unknown {
  if (value === undefined || value === "") return null;
  if (!isList(value)) return value;
  if (value.length === 0) return null;
  if (field === "content_filters") return value.map((filter) => pick(filter, ["pattern", "action", "label"]));
  if (field === "content_filter_builtins") return value.map((filter) => pick(filter, ["slug", "action", "scan_scope"]));
  return [...new Set(value)];
}

function pick(from: unknown, fields: string[]): object {
  const given = from as Record<string, unknown>;
  return Object.fromEntries(fields.filter((field) => given[field] != null).map((field) => [field, given[field]]));
}

/** Compares lists of names as sets, lists of filters in order. */
function isSame(a: unknown, b: unknown): boolean {
  const comparable = (value: unknown) =>
    isList(value) && value.every((entry) => typeof entry === "string") ? [...value].sort() : (value ?? null);
  return JSON.stringify(comparable(a)) === JSON.stringify(comparable(b));
}

const isList = (value: unknown): value is unknown[] => Array.isArray(value);
const entries = (value: unknown) =>
  isList(value) ? value.map((entry) => (typeof entry === "string" ? entry : JSON.stringify(entry))) : [];
const truncate = (text: string, max = LONG) => (text.length > max ? `${text.slice(0, max)}…` : text);
