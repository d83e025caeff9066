import type { Key } from "../schemas.ts";
import type { SpendSourceReader } from "./source.ts";

/** Reads today's spend from the keys' counters (`GET /keys`): USD by key and workspace, without deleted keys. */
export function countersSource(keys: readonly Key[], today: string): SpendSourceReader {
  // If a key lacks the BYOK counter, the BYOK sum is unknown and its cost excludes BYOK.
  const knowsByok = keys.every((key) => key.byok_usage_daily !== undefined);
  return {
    source: "counters",
    from: today,
    to: today,
    maxKeys: 0,
    dimensions: ["key", "workspace"],
    hasMeasure: (measure) => measure === "cost" || (measure === "byok_cost" && knowsByok),
    async read() {
      const rows = keys.map((key) => ({
        bucket: today,
        key: key.hash,
        workspace: key.workspace_id ?? undefined,
        cost: key.usage_daily + (key.byok_usage_daily ?? 0),
        byok_cost: key.byok_usage_daily,
      }));
      return { rows, notes: [{ kind: "counters" }] };
    },
  };
}
