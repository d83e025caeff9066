import type { Guardrail, GuardrailUpdate } from "../schemas.ts";
import { completeLimit } from "./guardrailLimit.ts";

/** Whose endpoints must keep nothing (zero data retention): the field and whom it speaks of, undefined for all others. */
export const zdrFields = {
  enforce_zdr_anthropic: "Anthropic",
  enforce_zdr_openai: "OpenAI",
  enforce_zdr_google: "Google",
  enforce_zdr_xai: "xAI",
  enforce_zdr_other: undefined,
} as const;
export type ZdrField = keyof typeof zdrFields;

/** What is in force: the deprecated `enforce_zdr` stands in for a field that is not set. */
export function effectiveZdr(guardrail: Guardrail, field: ZdrField): boolean | null {
  return guardrail[field] ?? guardrail.enforce_zdr ?? null;
}

/** What of a guardrail can be changed, in the order in which documents show it. */
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

/** Without the deprecated `enforce_zdr`, which would overwrite fields that nobody meant. */
export type GuardrailFields = Pick<GuardrailUpdate, EditableField>;

export interface FieldChange {
  field: EditableField;
  before: unknown;
  after: unknown;
}

/** The fields of a guardrail that can be changed, each written in one way only. */
export function getEditableFields(guardrail: Guardrail): GuardrailFields {
  const all: Record<string, unknown> = { ...guardrail };
  for (const field of Object.keys(zdrFields) as ZdrField[]) all[field] = effectiveZdr(guardrail, field);
  // Where the API does not send these, their values are unknown.
  const isKnown = (field: EditableField) =>
    all[field] !== undefined || !["include_byok_in_budgets", "allowed_data_regions"].includes(field);
  return Object.fromEntries(editableFields.filter(isKnown).map((field) => [field, normalize(field, all[field])]));
}

/** A guardrail as a document: JSON in a stable order. */
export function formatGuardrailDocument(fields: GuardrailFields): string {
  const ordered = editableFields.filter((field) => fields[field] !== undefined).map((field) => [field, fields[field]]);
  return `${JSON.stringify(Object.fromEntries(ordered), null, 2)}\n`;
}

export interface GuardrailPatch {
  /**
   * The body of the PATCH: only what the person changed, and what is not so already; of a limit and its reset both or
   * neither (see `isHalfLimit` for what may still be wrong with them).
   */
  body: GuardrailFields;
  changes: FieldChange[];
  /** What was changed at OpenRouter since the document was opened; it stays unless the person changed it too. */
  remoteChanges: FieldChange[];
  /** Fields that are set and that the document does not name: they stay as they are. */
  omittedFields: EditableField[];
}

/**
 * What has to be sent so that the guardrail becomes what the document says. An empty list is null: the API refuses empty ones.
 * @param opened the guardrail as the person saw it; @param wanted the document; @param now the guardrail as it is
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

/** What differs, field by field. */
export function diffFields(before: GuardrailFields, after: GuardrailFields): FieldChange[] {
  return editableFields
    .filter((field) => !isSame(before[field], after[field]))
    .map((field) => ({ field, before: before[field], after: after[field] }));
}

const LONG = 70;

/** `field: before → after`; of long lists only their sizes, and what is added (+) and taken out (−). */
export function formatChange({ field, before, after }: FieldChange): string {
  const [from, to] = [before, after].map((value) => JSON.stringify(value ?? null));
  const lists = isList(before ?? after) && isList(after ?? before);
  const short = lists ? LONG / 2 : LONG;
  if (from!.length <= short && to!.length <= short) return `${field}: ${from} → ${to}`;
  if (!lists) return `${field}: ${truncate(from!)} → ${truncate(to!)}`;
  const [old, young] = [entries(before), entries(after)];
  const added = young.filter((entry) => !old.includes(entry)).map((entry) => `+ ${entry}`);
  const removed = old.filter((entry) => !young.includes(entry)).map((entry) => `− ${entry}`);
  const size = (list: string[]) => (list.length ? `[${list.length}]` : "null");
  return `${field}: ${size(old)} → ${size(young)}: ${truncate([...added, ...removed].join(", "), 3 * LONG)}`;
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

/** Names are a set: their order means nothing. Filters are kept in order. */
function isSame(a: unknown, b: unknown): boolean {
  const comparable = (value: unknown) =>
    isList(value) && value.every((entry) => typeof entry === "string") ? [...value].sort() : (value ?? null);
  return JSON.stringify(comparable(a)) === JSON.stringify(comparable(b));
}

const isList = (value: unknown): value is unknown[] => Array.isArray(value);
const entries = (value: unknown) =>
  isList(value) ? value.map((entry) => (typeof entry === "string" ? entry : JSON.stringify(entry))) : [];
const truncate = (text: string, most = LONG) => (text.length > most ? `${text.slice(0, most)}…` : text);
