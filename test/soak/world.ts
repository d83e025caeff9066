import type { SampleAccount } from "../../src/sample/index.ts";
import type { GuardrailRecord, KeyRecord } from "../../src/sample/state.ts";
import type { Network } from "./network.ts";
import type { Random } from "./random.ts";

export type Args = Record<string, unknown>;

export interface Answer {
  text: string;
  isError: boolean;
}

/** Something untrue in an answer, or something done that nobody asked for. */
export interface Violation {
  kind: string;
  detail: string;
}

/** A call, and how its answer is judged once it is there. */
export interface Plan {
  tool: string;
  args: Args;
  /** What it asks for does not exist, so that the API's own 404 is the truth. */
  missing?: boolean;
  judge(answer: Answer): Violation[];
}

export interface World {
  account: SampleAccount;
  network: Network;
  random: Random;
  /** What no call changes, by tool and arguments, as answered over a network without faults. */
  baseline: { tool: string; args: Args; text: string }[];
  /** The keys and guardrails that no lane changes. */
  stableKeys: string[];
  stableGuardrails: string[];
  /** Counts the things that lanes named. */
  named: number;
}

/**
 * A sequence of calls, one after the other. Lanes run at once; each changes only keys and guardrails with its name, so
 * that it knows what is true of them.
 */
export interface Lane {
  name: string;
  member: string;
}

export function ownKeys({ account }: World, lane: Lane): KeyRecord[] {
  return [...account.state.keys.values()].filter(({ name }) => name.startsWith(`${lane.name} `));
}

export function ownGuardrails({ account }: World, lane: Lane): GuardrailRecord[] {
  return [...account.state.guardrails.values()].filter(({ name }) => name.startsWith(`${lane.name} `));
}

export function newName(world: World, lane: Lane): string {
  world.named += 1;
  return `${lane.name} number ${world.named}`;
}

/** The ids of the guardrails that bind a key or member. */
export function boundTo({ account }: World, target: string): string[] {
  const { keyAssignments, memberAssignments } = account.state;
  return [...keyAssignments, ...memberAssignments]
    .filter((assignment) => assignment.target === target)
    .map(({ guardrail_id }) => guardrail_id);
}
