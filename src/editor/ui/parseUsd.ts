/** Parses a USD amount as typed (12, 12.50, 12,50, $12); undefined if invalid or with thousands separators. */
export function parseUsd(text: string): number | undefined {
  const match = /^\$?\s*(\d+)(?:([.,])(\d+))?\s*(?:\$|USD)?$/i.exec(text.trim());
  if (!match) return undefined;
  const [, whole, mark, decimals = ""] = match;
  // 1,000 is ambiguous (a thousand or one), so reject it.
  if (mark === "," && decimals.length > 2) return undefined;
  return Number(`${whole}.${decimals || "0"}`);
}
