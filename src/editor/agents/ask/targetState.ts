import type { Write } from "../../../channel/gate.ts";
import type { Refusal } from "../../../channel/refusals.ts";
import { findOwnerOfDefault } from "../../../openrouter/guardrails/defaultGuardrails.ts";
import { type Guardrail, getGuardrail, getKey, type Key, NotFoundError } from "../../../openrouter/index.ts";
import type { AccountSession, GuardrailsData } from "../../data/accountData.ts";
import { assignedIds } from "../changes/assignedIds.ts";

/** What a write is going to change, as it was read just before; parts that could not be read are absent. */
export interface TargetState {
  key?: Key;
  guardrail?: Guardrail;
  /** All guardrails and what they bind, where that was read whole and in the last minute. */
  lists?: GuardrailsData;
  /** The guardrail of each key or member that is to be assigned or unassigned, by their ids; null for none. */
  bound?: Record<string, string | null>;
  /** Why the key or the guardrail could not be read. */
  failure?: unknown;
  /** OpenRouter says that there is no such key or guardrail. */
  isGone?: boolean;
  /** Why nothing was sent, once that is decided. */
  refusal?: Refusal;
}

/** What was there before each write, from the question to the record. */
export type TargetStates = WeakMap<Write, TargetState>;

/** Older lists could name the wrong guardrail as the one that a key leaves. */
const RECENT_MS = 60_000;

/** Reads what the write is going to change: one GET, and lists of the views where they are older than a minute. */
export async function readTargetState(
  write: Write,
  session: AccountSession,
  signal: AbortSignal,
): Promise<TargetState> {
  const { action } = write;
  if (action === "createKey" || action === "createGuardrail") return {};
  const since = Date.now() - RECENT_MS;
  const [before] = await Promise.all([readTarget(write, session, signal), names(write, session, signal)]);
  const { current, failure } = session.data.guardrails;
  const isWhole = current?.complete && !failure && !current.value.unreadable && current.readAt.getTime() >= since;
  const lists = isWhole ? current.value : undefined;
  return { ...before, isGone: isGone(write, session, before), lists, bound: boundBefore(write, lists) };
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

/** A default guardrail is answered with 404 until it is first written. */
function isGone({ id = "" }: Write, { data }: AccountSession, { failure }: TargetState): boolean {
  return failure instanceof NotFoundError && !findOwnerOfDefault(data.guardrails.current?.value.workspaces)(id);
}

/** The lists by which the question names what is bound. They never fail: what is missing is called by its id. */
async function names({ action }: Write, { data }: AccountSession, signal: AbortSignal): Promise<void> {
  // What an undo restores must not be a minute old.
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

function boundBefore({ action, request }: Write, lists: GuardrailsData | undefined): TargetState["bound"] {
  const ids = assignedIds(request.body);
  if (!lists || !ids) return undefined;
  const owners = /Keys$/.test(action)
    ? new Map(lists.keyAssignments.map((one) => [one.key_hash, one.guardrail_id]))
    : new Map(lists.memberAssignments.map((one) => [one.user_id, one.guardrail_id]));
  return Object.fromEntries(ids.map((id) => [id, owners.get(id) ?? null]));
}
