// Answers of the API with a field that is not as documented.
import type { Random } from "./random.ts";

type Json = Record<string, unknown>;

/** Fields that are null in a healthy account: null says something there, so it is no fault. */
const MAY_BE_NULL =
  /^(limit|limit_remaining|limit_reset|limit_usd|reset_interval|expires_at|updated_at|last_used_at|description|creator_user_id|external_user|assigned_by|content_filter.*|allowed_.*|ignored_.*|enforce_.*|enable_.*|first_name|last_name|workspace_id|organization_id|default_.*|disabled_.*|io_.*)$/;

const ODD_NUMBER = 777_777;
/** Where a number, text or flag is documented: a number in quotes would still be one. */
const ODD_OBJECT = { odd: "value" };
/** How a tool may pass on what is odd, word for word. */
export const ODD_CELLS = [String(ODD_NUMBER), JSON.stringify(ODD_OBJECT)];

export interface Garbled {
  body: string;
  /** What no longer says the truth: the row's or thing's id, and the field. */
  id: string;
  field: string;
}

/**
 * One field of one row, or of the one thing, of another type, null or gone; everything else stays. Whatever would still
 * be a valid answer that says something else is not done: no client could know.
 */
export function garble(text: string, random: Random): Garbled | undefined {
  const json = JSON.parse(text) as Json;
  // Some answers are `{ deleted: true }` and the like, without data.
  const { data = json } = json;
  const rows = (Array.isArray(data) ? data : [data]).filter(isObject);
  if (rows.length === 0) return undefined;
  const row = random.pick(rows);
  const field = random.pick(Object.keys(row));
  const id = String(row.hash ?? row.id ?? row.key_hash ?? row.user_id ?? "");
  const value = row[field];
  const nullable = MAY_BE_NULL.test(field);
  const how = random.pick(nullable ? ["type"] : ["type", "null", "gone"]);
  if (how === "gone") delete row[field];
  else if (how === "null") row[field] = null;
  else row[field] = isObject(value) || Array.isArray(value) ? ODD_NUMBER : ODD_OBJECT;
  return { body: JSON.stringify(json), id, field };
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
