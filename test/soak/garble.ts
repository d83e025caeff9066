// Responses of the API with a field that is not as documented.
import type { Random } from "./random.ts";

type Json = Record<string, unknown>;

/** Fields that can be null in a normal account, so null would not be a fault. */
const MAY_BE_NULL =
  /^(limit|limit_remaining|limit_reset|limit_usd|reset_interval|expires_at|updated_at|last_used_at|description|creator_user_id|external_user|assigned_by|content_filter.*|allowed_.*|ignored_.*|enforce_.*|enable_.*|first_name|last_name|workspace_id|organization_id|default_.*|disabled_.*|io_.*)$/;

const ODD_NUMBER = 777_777;
/** Replaces a number, text or boolean, since a number in quotes would still be valid. */
const ODD_OBJECT = { odd: "value" };
/** The odd values as a tool may show them. */
export const ODD_CELLS = [String(ODD_NUMBER), JSON.stringify(ODD_OBJECT)];

export interface Garbled {
  body: string;
  /** The id of the changed row or item, and the field. */
  id: string;
  field: string;
}

/**
 * Changes one field of one row or item to another type or null, or removes it. Never returns a valid response with another
 * meaning, which no client could detect.
 */
export function garble(text: string, random: Random): Garbled | undefined {
  const json = JSON.parse(text) as Json;
  // Some responses have no data, such as `{ deleted: true }`.
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
