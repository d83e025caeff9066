import type { Write } from "../../../channel/gate.ts";

const idFields: Partial<Record<Write["action"], string>> = {
  assignKeys: "key_hashes",
  unassignKeys: "key_hashes",
  assignMembers: "member_user_ids",
  unassignMembers: "member_user_ids",
};

/** True if a question can show the whole write: no query, and a body of the shape that its endpoint expects. Pure. */
export function isWellFormed({ action, request: { query, body } }: Pick<Write, "action" | "request">): boolean {
  if (query !== undefined && Object.keys(query).length > 0) return false;
  if (action === "deleteKey" || action === "deleteGuardrail") return body === undefined || body === null;
  if (typeof body !== "object" || body === null || Array.isArray(body)) return false;
  const fields = Object.keys(body);
  const field = idFields[action];
  if (!field) return fields.length > 0;
  const ids = (body as Record<string, unknown>)[field];
  return fields.length === 1 && Array.isArray(ids) && ids.length > 0 && ids.every((id) => typeof id === "string");
}
