// The record of a run of cures: JSON without secrets from which an interrupted run can be continued, and a finished one undone.
import * as z from "zod";

const usd = z.number();
const iso = z.string();

/** What a cure does to each of its keys. "enable" only undoes "disable". */
export const cureKinds = ["setLimit", "disable", "enable", "replace", "assignGuardrail", "delete"] as const;
export type CureKind = (typeof cureKinds)[number];

/** Fields of a key that a cure compares or changes; a field that is missing is neither. */
const KeyState = z.object({
  /** Without secrets; only compared. */
  name: z.string().optional(),
  /** USD. */
  limit: usd.nullable().optional(),
  limit_reset: z.string().nullable().optional(),
  disabled: z.boolean().optional(),
  /** The id of the assigned guardrail. */
  guardrail: z.string().nullable().optional(),
});
export type KeyState = z.infer<typeof KeyState>;

/**
 * "waiting": not sent; "sending": the request may have been sent; "done": it took effect; "already": the key was already
 * that way, nothing was sent; "changed": somebody changed the key since, nothing was sent; "failed": refused, nothing
 * changed; "uncertain": it took effect in part, or its effect couldn't be read.
 */
export const itemStates = ["waiting", "sending", "done", "already", "changed", "failed", "uncertain"] as const;
export type ItemState = (typeof itemStates)[number];

const CureItem = z.object({
  hash: z.string(),
  name: z.string(),
  label: z.string(),
  workspace_id: z.string().optional(),
  /** The key's state when the person decided. If it is another one, nothing is sent. */
  expect: KeyState,
  want: KeyState,
  /** The key's state after a request that took effect only in part; only fields of `want`. */
  after: KeyState.optional(),
  /** For a delete: the key's last use when the person decided, if that was long ago. A later use stops the delete. */
  idleSince: z.string().nullable().optional(),
  /** For a delete: lifetime spend with BYOK when the person decided, USD. */
  spent: usd.optional(),
  /** For a replacement: the id of its rotation. */
  rotation: z.string().optional(),
  state: z.enum(itemStates),
  /** Why it failed or wasn't sent, in the person's language, without secrets. */
  reason: z.string().optional(),
});
export type CureItem = z.infer<typeof CureItem>;

export const CureRun = z.object({
  version: z.literal(1),
  /** UUID. */
  id: z.string(),
  /** The profile id of the account. */
  account: z.string(),
  kind: z.enum(cureKinds),
  startedAt: iso,
  /** When it ended, complete or not; undefined while it runs, and after a crash. */
  endedAt: iso.optional(),
  /** Why it ended before all were sent, in the person's language. */
  stopped: z.string().optional(),
  /** The id of the run that this one undoes. */
  undoes: z.string().optional(),
  /** When its undo began. */
  undoneAt: iso.optional(),
  /** The choices for the new keys of "replace". */
  replace: z.object({ name: z.string(), expires_at: iso, limit: z.enum(["whole", "remaining"]) }).optional(),
  /** Names of the guardrails, by id. */
  guardrails: z.record(z.string(), z.string()).optional(),
  items: z.array(CureItem),
  /** The process that works on it; see the owner of a rotation. */
  owner: z.object({ pid: z.number(), since: iso.optional(), pulse: z.string().optional() }).optional(),
});
export type CureRun = z.infer<typeof CureRun>;

/** A run keeps its whole record on disk and writes it before and after each request. */
export const MAX_ITEMS = 1_000;

/** Parses a stored record; undefined if it is invalid or of a later version. */
export const parseCureRun = (stored: unknown): CureRun | undefined => CureRun.safeParse(stored).data;

/** True for an item that was not sent, or whose effect isn't known: continuing judges it again. */
export const isOpen = ({ state }: CureItem): boolean =>
  state === "waiting" || state === "sending" || state === "uncertain";

/** True for an item that Retry sends again. */
export const isRetriable = (item: CureItem): boolean => isOpen(item) || item.state === "failed";

/** True if something can be sent again: once the undo of a run began, the rest of it is no longer wanted. */
export const canContinue = ({ undoneAt, items }: Pick<CureRun, "undoneAt" | "items">): boolean =>
  undoneAt === undefined && items.some(isRetriable);

/**
 * Gives a run that was read earlier to a new owner; its failed items are sent again. Returns undefined if the stored run is
 * another one's by now, or if its undo has begun.
 */
export function claimRun(stored: CureRun, read: CureRun, owner: CureRun["owner"]): CureRun | undefined {
  const { endedAt, stopped: _, ...now } = stored;
  const isTaken =
    now.owner?.since !== read.owner?.since || now.owner?.pid !== read.owner?.pid || endedAt !== read.endedAt;
  if (isTaken || !canContinue(now)) return undefined;
  const items = now.items.map(
    (item): CureItem => (item.state === "failed" ? { ...item, state: "waiting", reason: undefined } : item),
  );
  return { ...now, items, owner };
}

/** Counts the items by state. */
export function countStates({ items }: Pick<CureRun, "items">): Record<ItemState, number> {
  const counts = Object.fromEntries(itemStates.map((state) => [state, 0])) as Record<ItemState, number>;
  for (const { state } of items) counts[state] += 1;
  return counts;
}

/** Changes the items with these hashes. */
export function withItems(run: CureRun, changes: ReadonlyMap<string, Partial<CureItem>>): CureRun {
  const items = run.items.map((item) => {
    const change = changes.get(item.hash);
    return change ? { ...item, ...change } : item;
  });
  return { ...run, items };
}
