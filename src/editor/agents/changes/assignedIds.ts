/** Returns the key hashes or member ids that a write assigns or unassigns; undefined for other bodies. */
export function assignedIds(body: unknown): string[] | undefined {
  const { key_hashes, member_user_ids } = (body ?? {}) as Record<string, unknown>;
  const ids = key_hashes ?? member_user_ids;
  return Array.isArray(ids) && ids.every((id) => typeof id === "string") ? ids : undefined;
}
