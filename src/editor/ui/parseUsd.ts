/** An amount of USD as people type it (12, 12.50, 12,50, $12), or undefined where it is none. Thousands are not separated. */
export function parseUsd(text: string): number | undefined {
  const match = /^\$?\s*(\d+)(?:([.,])(\d+))?\s*(?:\$|USD)?$/i.exec(text.trim());
  if (!match) return undefined;
  const [, whole, mark, decimals = ""] = match;
  // 1,000 may mean a thousand or one: neither is guessed.
  if (mark === "," && decimals.length > 2) return undefined;
  return Number(`${whole}.${decimals || "0"}`);
}
