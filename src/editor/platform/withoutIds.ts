/** UUIDs, and the hexadecimal hashes of keys. */
const ID = /(?<![0-9a-z])([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{24,})(?![0-9a-z])/gi;

/** Replaces hashes and UUIDs with an ellipsis: they mean nothing to people and hide what a message says. */
export function withoutIds(text: string): string {
  return text.replace(ID, "…");
}
