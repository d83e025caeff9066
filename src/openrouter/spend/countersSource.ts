import type { Key } from "../schemas.ts";
import type { SpendSourceReader } from "./source.ts";

/** Today by the keys' own counters (`GET /keys`): USD by key and workspace; deleted keys are not in them. */
export function countersSource(keys: readonly Key[], today: string): SpendSourceReader {
  // A key without BYOK counters makes the sum unknown, and the cost excludes BYOK.
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
