import { createRequestWaves } from "../support/waves.ts";
import type { startAccount } from "./account.ts";
import { type Command, startServer } from "./server.ts";
import { median, type Pair, type Row } from "./table.ts";

/** What a request takes. */
const LATENCY_MS = 200;
const QUIET_MS = 300;
const RUNS = 3;

const QUESTIONS: { name: string; args?: object; most?: number }[] = [
  { name: "or_overview", most: 3 },
  { name: "or_activity", args: { aggregate: "by_key" }, most: 4 },
  { name: "or_keys_list" },
  { name: "or_guardrails_list" },
  { name: "or_guardrails_assignments" },
];

/**
 * What a first call takes where each request takes 200 ms: as time, in round trips, as the number of requests that depend
 * on each other, and as the number of all requests.
 */
export async function roundTrips(
  commands: Pair<Command>,
  account: Awaited<ReturnType<typeof startAccount>>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name, args = {}, most } of QUESTIONS) {
    const [ours, theirs] = [await measure(commands.ours), await measure(commands.theirs)];
    const target = most === undefined ? undefined : `<= ${most}`;
    const title = [name, ...Object.values(args)].join(" ");
    rows.push(
      { measure: `${title}, cold, round trips by time`, ours: ours.byTime, theirs: theirs.byTime, target },
      { measure: "  requests that wait for each other", ours: ours.depth, theirs: theirs.depth, target },
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
      account.answerAfter(wait);
      const server = startServer(command);
      try {
        await server.listTools();
        const before = account.received.length;
        const begun = performance.now();
        await server.call(name, args);
        return { took: performance.now() - begun, requests: account.received.length - before };
      } finally {
        await server.stop();
        account.answerAfter(async () => {});
      }
    }
  }
  return rows;
}
