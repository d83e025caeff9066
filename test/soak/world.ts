import type { SampleAccount } from "../../src/sample/index.ts";
import type { GuardrailRecord, KeyRecord } from "../../src/sample/state.ts";
import type { Network } from "./network.ts";
import type { Random } from "./random.ts";

export type Args = Record<string, unknown>;

export interface Answer {
  text: string;
  isError: boolean;
}

/** A false statement in a result, or an effect that was not requested. */
export interface Violation {
  kind: string;
  detail: string;
}

/** A call, and the check of its result. */
export interface Plan {
  tool: string;
  args: Args;
  /** The requested item does not exist, so the API's 404 is correct. */
  missing?: boolean;
  judge(answer: Answer): Violation[];
}

export interface World {
  account: SampleAccount;
  network: Network;
  random: Random;
  /** Results that no call changes, by tool and arguments, recorded without faults. */
  baseline: { tool: string; args: Args; text: string }[];
  /** The keys and guardrails that no lane changes. */
  stableKeys: string[];
  stableGuardrails: string[];
  /** Counts the items that lanes named. */
  named: number;
}

/**
 * A sequence of calls. Lanes run in parallel; each changes only keys and guardrails with its own name, so that it knows
 * their state.
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

/** Returns the ids of the guardrails assigned to a key or member. */
export function boundTo({ account }: World, target: string): string[] {
  const { keyAssignments, memberAssignments } = account.state;
  return [...keyAssignments, ...memberAssignments]
    .filter((assignment) => assignment.target === target)
    .map(({ guardrail_id }) => guardrail_id);
}
