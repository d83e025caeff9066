// Runs cures in a sample account in simulated processes that can be killed at any point.
import { randomUUID } from "node:crypto";
import { createClient, getKey, type Key } from "../../src/openrouter/index.ts";
import type { CureContext } from "../../src/openrouter/safety/cures/context.ts";
import { createPacer, pacedClient } from "../../src/openrouter/safety/cures/pace.ts";
import { type CureItem, type CureRun, parseCureRun } from "../../src/openrouter/safety/cures/record.ts";
import { runCure } from "../../src/openrouter/safety/cures/run.ts";
import { startSampleAccount } from "../../src/sample/index.ts";
import { type Fault, startFaultProxy } from "./faults.ts";

export class Killed extends Error {}

interface ProcessOptions {
  /** Kills the process at this point: each request and each change of the record has two, before and after its effect. */
  killAt?: number;
  signal?: AbortSignal;
  lifetime?: AbortSignal;
  replacer?: CureContext["replacer"];
  pacer?: Parameters<typeof createPacer>[0];
}

export async function startCureWorld() {
  const account = await startSampleAccount({ keys: 12 });
  let fault: Fault = () => undefined;
  const proxy = await startFaultProxy(account.baseUrl, (...request) => fault(...request));
  let stored = "";

  const world = {
    account,
    proxy,
    get run(): CureRun {
      return parseCureRun(JSON.parse(stored))!;
    },
    setFault(next: Fault = () => undefined) {
      fault = next;
    },
    setRun(run: CureRun) {
      stored = JSON.stringify(run);
    },
    key: (hash: string) => account.state.keys.get(hash),
    guardrailOf: (hash: string) =>
      account.state.keyAssignments.find(({ target }) => target === hash)?.guardrail_id ?? null,
    read: (hash: string): Promise<Key> =>
      getKey(createClient({ key: account.key, baseUrl: account.baseUrl }), hash, { fresh: true }),
    /** Writes that reached the account. */
    writes: () =>
      account.requests
        .filter(({ method, path }) => method !== "GET" && !path.startsWith("/analytics"))
        .map(({ method, path }) => `${method} ${path}`),

    /** Runs the stored run in a process of its own. @throws Killed */
    async execute({ killAt, signal, lifetime, replacer, pacer }: ProcessOptions = {}) {
      let points = 0;
      let isKilled = false;
      const point = () => {
        if (isKilled) throw new Killed();
        points += 1;
        if (points === killAt) isKilled = true;
        if (isKilled) throw new Killed();
      };
      const around = async <T>(act: () => Promise<T>): Promise<T> => {
        point();
        const result = await act();
        point();
        return result;
      };
      const client = createClient({ key: account.key, baseUrl: proxy.baseUrl, lifetime, timeoutMs: 4_000 });
      const paced = pacedClient(
        client,
        createPacer({ gapMs: 0, limitedUntil: () => client.rateLimitedUntil?.(), ...pacer }),
        signal,
      );
      const run = await runCure(
        {
          client: { ...paced, request: (call, options) => around(() => paced.request(call, options)) },
          update: (change) =>
            around(async () => {
              const next = change(world.run);
              stored = JSON.stringify(next);
              return next;
            }),
          signal,
          describe: (error) => `failed: ${(error as Error).message}`,
          reasons: {
            ...{ changed: "changed", gone: "gone", used: "used", notApplied: "not applied", ended: "ended" },
            partly: (_, after) => `partly ${JSON.stringify(after)}`,
          },
          replacer,
        },
        world.run,
      );
      return { run, points };
    },
    async close() {
      await proxy.close();
      await account.close();
    },
  };
  return world;
}

export type CureWorld = Awaited<ReturnType<typeof startCureWorld>>;

/** Creates a run for keys of the world. */
export function cureRun(
  world: CureWorld,
  kind: CureRun["kind"],
  hashes: readonly string[],
  change: (hash: string) => Pick<CureItem, "expect" | "want"> & Partial<CureItem>,
): CureRun {
  const items = hashes.map((hash): CureItem => {
    const { name, label } = world.key(hash)!;
    return { hash, name, label, state: "waiting", ...change(hash) };
  });
  return { version: 1, id: randomUUID(), account: "account", kind, startedAt: "2026-01-01T00:00:00Z", items };
}

export const states = ({ items }: CureRun): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { state } of items) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
};
