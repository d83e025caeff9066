import { createRequestWaves } from "../support/waves.ts";
import type { startAccount } from "./account.ts";
import { type Command, startServer } from "./server.ts";
import { median, type Pair, type Row } from "./table.ts";

/** The duration of a request. */
const LATENCY_MS = 200;
const QUIET_MS = 300;
const RUNS = 3;

const CALLS: { name: string; args?: object; limit?: number }[] = [
  { name: "or_overview", limit: 3 },
  { name: "or_activity", args: { aggregate: "by_key" }, limit: 4 },
  { name: "or_keys_list" },
  { name: "or_guardrails_list" },
  { name: "or_guardrails_assignments" },
];

/**
 * Measures a first call with 200 ms per request: its time in round trips, the number of requests that depend on each
 * other, and the number of all requests.
 */
export async function roundTrips(
  commands: Pair<Command>,
  account: Awaited<ReturnType<typeof startAccount>>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name, args = {}, limit } of CALLS) {
    const [ours, theirs] = [await measure(commands.ours), await measure(commands.theirs)];
    const target = limit === undefined ? undefined : `<= ${limit}`;
    const title = [name, ...Object.values(args)].join(" ");
    rows.push(
      { measure: `${title}, cold, round trips by time`, ours: ours.byTime, theirs: theirs.byTime, target },
      { measure: "  dependent requests", ours: ours.depth, theirs: theirs.depth, target },
      { measure: "  requests", ours: ours.requests, theirs: theirs.requests },
    );

    async function measure(command: Command) {
      const times: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        const { took } = await cold(command, () => new Promise((resolve) => setTimeout(resolve, LATENCY_MS)));
        times.push(took / LATENCY_MS);
      }
      const waves = createRequestWaves(QUIET_MS);
      const { requests } = await cold(command, waves.admit);
      return { byTime: median(times), depth: waves.sizes.length, requests };
    }

    async function cold(command: Command, wait: () => Promise<unknown>) {
      account.delayResponses(wait);
      const server = startServer(command);
      try {
        await server.listTools();
        const before = account.received.length;
        const start = performance.now();
        await server.call(name, args);
        return { took: performance.now() - start, requests: account.received.length - before };
      } finally {
        await server.stop();
        account.delayResponses(async () => {});
      }
    }
  }
  return rows;
}
