import type { Key } from "../schemas.ts";
import type { SpendSourceReader } from "./source.ts";

/** Today by the keys' own counters (`GET /keys`): USD by key and workspace; deleted keys are not in them. */
export function countersSource(keys: readonly Key[], today: string): SpendSourceReader {
  return {
    source: "counters",
    from: today,
    to: today,
    mostKeys: 0,
    tellsApart: ["key", "workspace"],
    knows: (measure) => measure === "cost" || measure === "byok_cost",
    async read() {
      const rows = keys.map((key) => ({
        bucket: today,
        key: key.hash,
        workspace: key.workspace_id ?? undefined,
        cost: key.usage_daily + key.byok_usage_daily,
        byok_cost: key.byok_usage_daily,
      }));
      return { rows, notes: [{ kind: "counters" }] };
    },
  };
}
