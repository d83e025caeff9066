import type { Write } from "../../../channel/gate.ts";
import type { Refusal } from "../../../channel/refusals.ts";
import { defaultGuardrailOwner } from "../../../openrouter/guardrails/defaultGuardrails.ts";
import { type Guardrail, getGuardrail, getKey, type Key, NotFoundError } from "../../../openrouter/index.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { boundIds } from "../changes/boundIds.ts";

/** What a write is going to change, as it was read just before; parts that could not be read are absent. */
export interface Before {
  key?: Key;
  guardrail?: Guardrail;
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
export type BeforeWrites = WeakMap<Write, Before>;

/** Older lists could name the wrong guardrail as the one that a key leaves. */
const RECENT_MS = 60_000;

/** Reads what the write is going to change: one GET, and lists of the views where they are older than a minute. */
export async function readBefore(write: Write, session: AccountSession, signal: AbortSignal): Promise<Before> {
  const { action, id = "" } = write;
  if (action === "createKey" || action === "createGuardrail") return {};
  const options = { signal, fresh: true };
  if (action === "updateKey" || action === "deleteKey")
    return reading(session, id, async () => {
      const [key] = await Promise.all([getKey(session.client, id, options), names(write, session, signal)]);
      return { key };
    });
  const before = await reading(session, id, async () => {
    const [guardrail] = await Promise.all([getGuardrail(session.client, id, options), names(write, session, signal)]);
    return { guardrail };
  });
  return { ...before, bound: boundBefore(write, session) };
}

async function reading({ data }: AccountSession, id: string, read: () => Promise<Before>): Promise<Before> {
  try {
    return await read();
  } catch (failure) {
    // A default guardrail is answered with 404 until it is first written.
    const isDefault = () => defaultGuardrailOwner(data.guardrails.current?.value.workspaces)(id) !== undefined;
    return { failure, isGone: failure instanceof NotFoundError && !isDefault() };
  }
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

function boundBefore({ action, request }: Write, { data }: AccountSession): Before["bound"] {
  const { current, failure } = data.guardrails;
  const ids = boundIds(request.body);
  if (!current?.complete || failure || !ids) return undefined;
  const { keyAssignments, memberAssignments } = current.value;
  const owners = /Keys$/.test(action)
    ? new Map(keyAssignments.map((one) => [one.key_hash, one.guardrail_id]))
    : new Map(memberAssignments.map((one) => [one.user_id, one.guardrail_id]));
  return Object.fromEntries(ids.map((id) => [id, owners.get(id) ?? null]));
}
