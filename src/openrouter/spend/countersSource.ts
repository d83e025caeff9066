import type { Key } from "../schemas.ts";
import type { SpendSourceReader } from "./source.ts";

/** Reads today's spend from the keys' counters (`GET /keys`): USD by key and workspace, without deleted keys. */
export function countersSource(keys: readonly Key[], today: string): SpendSourceReader {
  // If a key lacks a BYOK counter, the BYOK sum is unknown and all costs exclude BYOK.
  const knowsByok = keys.every((key) =>
    [key.byok_usage_daily, key.byok_usage_weekly, key.byok_usage_monthly].every((byok) => byok !== undefined),
  );
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
        cost: key.usage_daily + (knowsByok ? (key.byok_usage_daily ?? 0) : 0),
        byok_cost: knowsByok ? key.byok_usage_daily : undefined,
      }));
      return { rows, notes: [{ kind: "counters" }] };
    },
  };
}
