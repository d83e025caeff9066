import type { Write } from "../../../channel/gate.ts";
import type { Refusal } from "../../../channel/refusals.ts";
import { findOwnerOfDefault } from "../../../openrouter/guardrails/defaultGuardrails.ts";
import { type Guardrail, getGuardrail, getKey, type Key, NotFoundError } from "../../../openrouter/index.ts";
import type { AccountSession, GuardrailsData } from "../../data/accountData.ts";
import { guardrailIdByKeyHash, guardrailIdByMemberId } from "../../guardrails/bindings.ts";
import { assignedIds } from "../changes/assignedIds.ts";

/** The state of a write's target, as read before the write; parts that couldn't be read are undefined. */
export interface TargetState {
  key?: Key;
  guardrail?: Guardrail;
  /** All guardrails and assignments, if they were read completely within the last minute. */
  lists?: GuardrailsData;
  /** Maps the keys or members to assign or unassign to the id of their current guardrail; null for none. */
  bound?: Record<string, string | null>;
  /** Why the key or guardrail couldn't be read. */
  failure?: unknown;
  /** The key or guardrail doesn't exist. */
  isMissing?: boolean;
  /** Why the write was refused, once decided. */
  refusal?: Refusal;
}

/** The target state of each write, kept from the question until the write is recorded. */
export type TargetStates = WeakMap<Write, TargetState>;

/** Older lists could show an outdated guardrail of a key. */
const RECENT_MS = 60_000;

/** Reads the target of a write with one GET, and reloads outdated lists that the question needs. */
export async function readTargetState(
  write: Write,
  session: AccountSession,
  signal: AbortSignal,
): Promise<TargetState> {
  const { action } = write;
  if (action === "createKey" || action === "createGuardrail") return {};
  const since = Date.now() - RECENT_MS;
  const [before] = await Promise.all([readTarget(write, session, signal), loadLists(write, session, signal)]);
  const { current, failure } = session.data.guardrails;
  const isUsable = current?.complete && !failure && !current.value.unreadable && current.readAt.getTime() >= since;
  const lists = isUsable ? current.value : undefined;
  return { ...before, isMissing: isMissing(write, session, before), lists, bound: assignedGuardrails(write, lists) };
}

async function readTarget({ action, id = "" }: Write, { client }: AccountSession, signal: AbortSignal) {
  const options = { signal, fresh: true };
  try {
    if (action === "updateKey" || action === "deleteKey") return { key: await getKey(client, id, options) };
    return { guardrail: await getGuardrail(client, id, options) };
  } catch (failure) {
    return { failure };
  }
}

/** For a default guardrail, the API responds with 404 until it is first written. */
function isMissing({ id = "" }: Write, { data }: AccountSession, { failure }: TargetState): boolean {
  return failure instanceof NotFoundError && !findOwnerOfDefault(data.guardrails.current?.value.workspaces)(id);
}

/** Loads the lists of names and assignments for the question. Never fails: without names, the question shows ids. */
async function loadLists({ action }: Write, { data }: AccountSession, signal: AbortSignal): Promise<void> {
  // Undo restores these assignments, so they must be current.
  const [age, fresh] = /assign/i.test(action) ? [0, true] : [RECENT_MS, false];
  const lists = action === "updateKey" ? [] : [data.guardrails.ensure(age, { fresh })];
  if (action === "assignKeys" || action === "unassignKeys") lists.push(data.keys.ensure());
  if (action === "assignMembers" || action === "unassignMembers") lists.push(data.members.ensure());
  await Promise.race([Promise.all(lists), aborted(signal)]);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function assignedGuardrails({ action, request }: Write, lists: GuardrailsData | undefined): TargetState["bound"] {
  const ids = assignedIds(request.body);
  if (!lists || !ids) return undefined;
  return currentGuardrails(lists, /Keys$/.test(action) ? "keys" : "members", ids);
}

/** Maps keys or members to the id of their current guardrail; null for none. */
export function currentGuardrails(
  lists: GuardrailsData,
  kind: "keys" | "members",
  ids: readonly string[],
): Record<string, string | null> {
  const owners = kind === "keys" ? guardrailIdByKeyHash(lists) : guardrailIdByMemberId(lists);
  return Object.fromEntries(ids.map((id) => [id, owners.get(id) ?? null]));
}
