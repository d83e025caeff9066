// An agent outside of the editor that calls tools all the time, and a judge of its answers.
import { setTimeout as sleep } from "node:timers/promises";
import type { SampleAccount } from "../../../src/sample/index.ts";
import { type McpServer, SAMPLE_LINE } from "../../support/mcp.ts";
import type { Switch } from "./switchHistory.ts";

interface Call {
  tool: string;
  from: number;
  to: number;
  text: string;
  isError: boolean;
  /** The name of what a write creates. */
  marker?: string;
}

type Accounts = Record<"A" | "B", SampleAccount>;
type Name = "A" | "B" | "Sample";

/** Ids of things that belong to an account; models and providers have other ones. */
const ID = /\b[0-9a-f]{64}\b|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\b(?:user|org)_2\w+/g;
/** All rows of the Guardrails view stay visible. */
const MAX_WRITES = 9;
/** Leaves the window time for its views. */
const PAUSE_MS = 500;

export const idsIn = (text: string): string[] => [...new Set(text.match(ID))];

/** Returns all ids of an account, including those of deleted keys and of what was created meanwhile. */
export function idsOf({ state }: SampleAccount): Set<string> {
  const { keys, deletedKeys, guardrails, workspaces, members, keyAssignments, memberAssignments, organizationId } =
    state;
  const all = [keys, deletedKeys, guardrails].map((map) => [...map.values()]);
  return new Set(idsIn(JSON.stringify([all, workspaces, members, keyAssignments, memberAssignments, organizationId])));
}

/** A test that is retried begins another loop, whose names must not be those of the first. */
let loops = 0;

export function createAgentLoop(agent: McpServer, accounts: Accounts) {
  const loop = ++loops;
  const calls: Call[] = [];
  let writes = 0;
  let rounds = 0;
  let running: Promise<void> | undefined;
  let isStopping = false;

  async function call(tool: string, args: Record<string, unknown> = {}, marker?: string): Promise<void> {
    const from = Date.now();
    const { raw: text, isError } = await agent.call(tool, args);
    calls.push({ tool, from, to: Date.now(), text, isError, marker });
  }

  async function run(): Promise<void> {
    for (; !isStopping; await sleep(PAUSE_MS)) {
      await call("or_keys_list");
      await call("or_credits");
      await call("or_guardrails_list");
      await call("or_current_key");
      // Few, because the views show what they create.
      if (rounds++ % 5 > 0 || writes === MAX_WRITES) continue;
      writes += 1;
      const marker = `agent ${loop}.${writes}`;
      await call("or_guardrail_create", { name: marker, description: marker }, marker);
    }
  }

  return {
    calls,
    start() {
      running = run();
    },
    async stop() {
      isStopping = true;
      await running;
    },
    /** Returns what crossed in the agent's answers. */
    crossings: (switches: readonly Switch<Name>[]): string[] => calls.flatMap((one) => judge(one, accounts, switches)),
  };
}

/** Returns the accounts whose data an answer contains. */
function ownersOfAnswer(text: string, accounts: Accounts): Name[] {
  const owners = new Set<Name>();
  for (const id of idsIn(text))
    owners.add((["A", "B"] as const).find((name) => idsOf(accounts[name]).has(id)) ?? "Sample");
  for (const name of ["A", "B"] as const) {
    const total = accounts[name].state.totalCredits / 1e6;
    if (text.includes(`total_credits: ${total}\n`)) owners.add(name);
    if (new RegExp(`\\b${name} (support|research|checkout|search|document|email|Production|Research)`).test(text))
      owners.add(name);
  }
  if (text.includes(SAMPLE_LINE)) owners.add("Sample");
  return [...owners];
}

const wasCreated = ({ requests }: SampleAccount, marker: string) =>
  requests.some(({ method, body }) => method === "POST" && (body as { name?: string } | undefined)?.name === marker);

function judge({ tool, from, to, text, isError, marker }: Call, accounts: Accounts, switches: readonly Switch<Name>[]) {
  const problem = (what: string) => [`${tool} ${what}: ${text.slice(0, 400)}`];
  const found = marker ? (["A", "B"] as const).filter((name) => wasCreated(accounts[name], marker)) : [];
  if (found.length > 1) return problem(`wrote ${marker} to ${found}`);
  if (isError) {
    if (found.length > 0 && !/may have/.test(text)) return problem(`failed but wrote ${marker} to ${found}`);
    return /switched|Nothing was sent/.test(text) ? [] : problem("failed");
  }
  const owners = ownersOfAnswer(text, accounts);
  if (owners.length !== 1) return problem(`answered with data of ${owners.join(" and ") || "nobody"}`);
  const [owner] = owners as [Name];
  if ((owner === "Sample") !== text.includes(SAMPLE_LINE)) return problem(`doesn't say whether ${owner} is a sample`);
  if (marker && (found[0] ?? "Sample") !== owner)
    return problem(`wrote ${marker} to ${found} and answered for ${owner}`);
  // In use at some time of the call: until the next switch has ended.
  const inUse = switches.filter(
    ({ at }, i) => at <= to && (switches[i + 1]?.endedAt ?? Number.POSITIVE_INFINITY) >= from,
  );
  return inUse.some((one) => one.to === owner) ? [] : problem(`answered for ${owner}, which was not in use`);
}
