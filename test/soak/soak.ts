import { readFileSync } from "node:fs";
import { type SampleAccount, startSampleAccount } from "../../src/sample/index.ts";
import { type McpServer, serverEnv, startServer } from "../support/mcp.ts";
import { judgeAnswer, violation } from "./judge.ts";
import { type Network, startNetwork } from "./network.ts";
import { randomFrom } from "./random.ts";
import { planRead, unchangingCalls } from "./reads.ts";
import type { Answer, Args, Lane, Plan, Violation, World } from "./world.ts";
import { planWrite } from "./writes.ts";

export interface SoakOptions {
  calls: number;
  seed: number;
  /** Number of concurrent calls. */
  lanes: number;
  /** Probability of a fault per request, from 0 to 1; higher for writes, lower for reads. */
  rate: number;
  onProgress?(done: number): void;
}

export interface SoakReport {
  calls: number;
  /** Number of calls and errors by tool. */
  tools: Map<string, { calls: number; errors: number }>;
  requests: number;
  injected: Map<string, number>;
  /** Details by kind. */
  violations: Map<string, string[]>;
  /** VmRSS of the server in MB after each tenth of the calls; undefined without /proc. */
  memory: number[] | undefined;
  /** The server's stderr after its first line. */
  stderr: string;
  seconds: number;
}

/** With fewer calls, one large result late in the run would look like growth. */
const LONG = 5000;

/** Every call ends long before. */
const UNANSWERED_MS = 300_000;

/** Weights of the tools. by_key sends a request per key, and analytics allows 64 requests per minute. */
const READS = {
  ...{ or_overview: 2, or_credits: 5, or_current_key: 3, or_keys_list: 4, or_key_get: 7, or_activity: 4, by_key: 0.3 },
  ...{ or_generation: 3, or_models: 2, or_model_get: 4, or_model_endpoints: 4, or_models_user: 2, or_zdr_endpoints: 2 },
  ...{ or_guardrails_list: 3, or_guardrail_get: 6, or_guardrails_assignments: 3, or_org_members: 3 },
};
const WRITES = {
  ...{ or_key_create: 8, or_key_update: 9, or_key_delete: 5 },
  ...{ or_guardrail_create: 5, or_guardrail_update: 7, or_guardrail_delete: 4 },
  ...{ or_guardrail_assign_keys: 4, or_guardrail_unassign_keys: 3 },
  ...{ or_guardrail_assign_members: 3, or_guardrail_unassign_members: 3 },
};

/** Calls the built server's tools over a faulty network, and checks each result against the state of the account. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const begun = Date.now();
  // The account's clock stands still, so that midnight changes no figures.
  const account = await startSampleAccount({ now: () => new Date(begun) });
  const network = await startNetwork(account.baseUrl, options.seed);
  const server = await startServer(serverEnv({ ...account, baseUrl: network.baseUrl }, "1"));
  try {
    const report = await run(options, account, network, server);
    return { ...report, seconds: (Date.now() - begun) / 1000 };
  } finally {
    await server.close();
    await network.close();
    await account.close();
  }
}

async function run(
  { calls, seed, lanes, rate, onProgress }: SoakOptions,
  account: SampleAccount,
  network: Network,
  server: McpServer,
): Promise<Omit<SoakReport, "seconds">> {
  const violations = new Map<string, string[]>();
  const tools: SoakReport["tools"] = new Map();
  const note = ({ kind, detail }: Violation) => {
    const printable = detail.replaceAll(account.key, "(the management key)");
    violations.set(kind, [...(violations.get(kind) ?? []), printable]);
  };
  let ended = false;
  server.client.onclose = () => {
    ended = true;
  };
  server.client.onerror = (error) => note(violation("invalid output on stdout", String(error)));

  const all = Array.from({ length: lanes }, (_, i): Lane => ({ name: `L${i}`, member: `user_soak${i}` }));
  for (const { member } of all)
    account.state.members.push({
      id: member,
      email: `${member}@example.com`,
      first_name: null,
      last_name: null,
      role: "org:member",
    });
  const world: World = {
    ...{ account, network, random: randomFrom(seed + 1), named: 0 },
    stableKeys: [...account.state.keys.keys()],
    stableGuardrails: [...account.state.guardrails.keys()],
    baseline: [],
  };
  for (const { tool, args } of unchangingCalls(world)) {
    const { text, isError } = await call(server, tool, args);
    if (isError) throw new Error(`${tool} fails without a fault: ${text}`);
    world.baseline.push({ tool, args, text });
  }

  network.rate = rate;
  const tenth = Math.ceil(calls / 10);
  const memory: (number | undefined)[] = [];
  let remaining = calls;
  let done = 0;
  await Promise.all(
    all.map(async (lane) => {
      while (remaining > 0 && !ended) {
        remaining -= 1;
        const plan = planNext(world, lane);
        const answer = await call(server, plan.tool, plan.args).catch((error): Answer => {
          note(violation("no answer", `${plan.tool}: ${error}`));
          return { text: "no answer. Next: none. It may have taken effect.", isError: true };
        });
        const counts = tools.get(plan.tool) ?? { calls: 0, errors: 0 };
        tools.set(plan.tool, { calls: counts.calls + 1, errors: counts.errors + (answer.isError ? 1 : 0) });
        for (const found of [...judgeAnswer(plan, answer, world), ...plan.judge(answer)]) note(found);
        done += 1;
        if (done % tenth === 0) memory.push(residentMegabytes(server.pid));
        onProgress?.(done);
      }
    }),
  );
  network.rate = 0;
  if (ended) note(violation("the server ended", server.stderr()));
  else judgeRecovery(await call(server, "or_credits", {}), world, note);
  if (calls >= LONG && grows(memory)) note(violation("memory grows", `${memory} MB`));
  if (network.followed > 0) note(violation("a redirect was followed", `${network.followed} times`));
  const stderr = server.stderr().split("\n").slice(1).join("\n").trim();
  if (/^\s+at \S/m.test(stderr)) note(violation("a stack trace on stderr", stderr));
  return {
    ...{ calls: done, tools, requests: network.requests, injected: network.injected, violations, stderr },
    memory: memory.every((megabytes) => megabytes !== undefined) ? memory : undefined,
  };
}

/** True if memory grew much since the warm-up, more than the heap may hold before garbage collection. */
function grows(memory: (number | undefined)[]): boolean {
  const [warm, end] = [memory[1] ?? 0, memory.at(-1) ?? 0];
  return end > 2 * warm + 150;
}

/** Checks that the server works again once the network does. */
function judgeRecovery(answer: Answer, world: World, note: (found: Violation) => void): void {
  const truth = world.baseline.find(({ tool }) => tool === "or_credits")?.text;
  if (answer.isError || answer.text !== truth) note(violation("it does not recover", answer.text));
}

function planNext(world: World, lane: Lane): Plan {
  const { random } = world;
  return random.chance(0.55)
    ? planRead(random.weighted(READS), world, lane)
    : planWrite(random.weighted(WRITES), world, lane);
}

async function call(server: McpServer, name: string, args: Args): Promise<Answer> {
  const result = await server.client.callTool({ name, arguments: args }, undefined, { timeout: UNANSWERED_MS });
  const content = result.content as { text: string }[];
  return { text: content.map(({ text }) => text).join("\n"), isError: result.isError === true };
}

function residentMegabytes(pid: number): number | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
  } catch {
    return undefined; // It has exited.
  }
}
