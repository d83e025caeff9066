import * as z from "zod";
import { isObject } from "../json.ts";
import { resetPeriods } from "../keys/keyStatus.ts";
import type { GuardrailFields } from "./guardrailChanges.ts";

const names = z.array(z.string().min(1)).nullable();
const flag = z.boolean().nullable();
const filterAction = z.enum(["redact", "block", "flag"]);
const builtins = [
  "email",
  "phone",
  "ssn",
  "credit-card",
  "ip-address",
  "secrets",
  "person-name",
  "address",
  "regex-prompt-injection",
] as const;

/** The body of `PATCH /guardrails/{id}` as the user may write it: every field is optional, null clears it. */
const GuardrailDocument = z
  .strictObject({
    $schema: z.string(),
    name: z.string().min(1).max(200),
    description: z.string().max(1000).nullable(),
    limit_usd: z.number().min(0).nullable(),
    reset_interval: z.enum(resetPeriods).nullable(),
    include_byok_in_budgets: z.boolean(),
    allowed_providers: names,
    ignored_providers: names,
    allowed_models: names,
    ignored_models: names,
    allowed_data_regions: z.array(z.enum(["global", "europe", "us"])).nullable(),
    enforce_zdr_anthropic: flag,
    enforce_zdr_openai: flag,
    enforce_zdr_google: flag,
    enforce_zdr_xai: flag,
    enforce_zdr_other: flag,
    enable_free_model_publication: flag,
    enable_free_model_training: flag,
    enable_paid_model_training: flag,
    content_filters: z
      .array(z.strictObject({ pattern: z.string().min(1), action: filterAction, label: z.string().max(100).nullish() }))
      .nullable(),
    content_filter_builtins: z
      .array(
        z.strictObject({
          slug: z.enum(builtins),
          action: filterAction,
          scan_scope: z.enum(["user_only", "all_messages"]).optional(),
        }),
      )
      .nullable(),
  })
  .partial();

/** Why a text isn't a valid guardrail document. Lines start at 1. */
export interface DocumentProblem {
  line: number | undefined;
  /** The path of the field: `content_filters[0].action`. */
  field: string | undefined;
  message: string;
}

/**
 * Parses a document into the fields to send, or returns its first problem.
 * @param seen the fields when the document was opened; unchanged ones are accepted even if this version doesn't know them
 */
export function parseGuardrailDocument(
  text: string,
  seen: GuardrailFields = {},
): { fields: GuardrailFields } | { problem: DocumentProblem } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: { ...syntaxProblem(text, error as Error), field: undefined } };
  }
  const untouched = Object.entries(seen).filter(
    ([field, was]) => JSON.stringify(was) === JSON.stringify(fieldOf(value, field)),
  );
  const result = GuardrailDocument.safeParse(
    omit(
      value,
      untouched.map(([field]) => field),
    ),
  );
  if (!result.success) return { problem: schemaProblem(text, result.error.issues[0]!) };
  const { $schema: _, ...fields } = result.data;
  return { fields: { ...Object.fromEntries(untouched), ...fields } };
}

/** Returns the document's JSON Schema (draft 7), without descriptions. */
export function guardrailDocumentSchema(): Record<string, unknown> {
  return z.toJSONSchema(GuardrailDocument, { target: "draft-7" });
}

const fieldOf = (value: unknown, field: string) => (isObject(value) ? value[field] : undefined);
const omit = (value: unknown, fields: string[]) =>
  isObject(value) ? Object.fromEntries(Object.entries(value).filter(([field]) => !fields.includes(field))) : value;

/** V8's message has the position of the error, unless the text ends too early. */
function syntaxProblem(text: string, { message }: Error): { line: number; message: string } {
  const position = /at position (\d+)/.exec(message)?.[1];
  const before = text.trimEnd().slice(0, position === undefined ? undefined : Number(position));
  return { line: before.split("\n").length, message: message.replace(/(?: in JSON)? at position .*$/s, "") };
}

function schemaProblem(text: string, issue: z.core.$ZodIssue): DocumentProblem {
  const path = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]!] : issue.path;
  const field = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  return { line: lineOf(text, path), field: field.replace(/^\./, "") || undefined, message: issue.message };
}

/** Returns the line of the outermost field; the problem is there or just below. */
function lineOf(text: string, [field]: PropertyKey[]): number | undefined {
  if (field === undefined) return undefined;
  const index = text.split("\n").findIndex((line) => line.includes(`${JSON.stringify(field)}:`));
  return index < 0 ? undefined : index + 1;
}
