// Assigns a guardrail to many keys: one request for up to 50 of them.
import { collectCounted } from "../../endpoints/collect.ts";
import { assignKeys, listKeyAssignmentsPage, unassignKeys } from "../../endpoints/guardrails.ts";
import { BadRequestError, ClientEndedError, NotFoundError, OpenRouterError, RateLimitError } from "../../errors.ts";
import {
  type CureContext,
  createFailureCounter,
  isCancelled,
  MAX_ATTEMPTS,
  mayHaveTakenEffect,
  requireApiError,
  setItems,
} from "./context.ts";
import { judgeState } from "./judge.ts";
import { type CureItem, type CureRun, isOpen } from "./record.ts";

const CHUNK = 50;

/** Runs the open items of "assignGuardrail" in chunks of the same request. Throws like the items of `runCure`. */
export async function runAssignments(context: CureContext, run: CureRun): Promise<void> {
  const work: Work = { context, countFailure: createFailureCounter(), assignments: createAssignments(context) };
  const requests = Map.groupBy(run.items.filter(isOpen), requestOf);
  for (const items of requests.values())
    for (let from = 0; from < items.length; from += CHUNK)
      if (!context.signal?.aborted) await runChunk(work, items.slice(from, from + CHUNK));
}

/** Items with the same request can be sent together. */
const requestOf = ({ want, expect }: CureItem) =>
  want.guardrail ? `assign ${want.guardrail}` : `unassign ${expect.guardrail}`;

interface Work {
  context: CureContext;
  countFailure(error: unknown): void;
  assignments: ReturnType<typeof createAssignments>;
}

async function runChunk(work: Work, items: readonly CureItem[]): Promise<void> {
  const { context, countFailure } = work;
  let open = [...items];
  const notSent = () => setItems(context, open, ({ state }) => ({ state }));
  for (let attempt = 1; ; attempt++) {
    try {
      open = await settle(work, open);
      if (open.length === 0) return countFailure(undefined);
      await setItems(context, open, () => ({ state: "sending" }));
      const count = await send(context, open);
      await settleSent(work, open, count === open.length ? undefined : context.reasons.notApplied);
      return countFailure(undefined);
    } catch (error) {
      if (isCancelled(context, error)) return notSent();
      if (error instanceof ClientEndedError) await notSent();
      requireApiError(error);
      if (error instanceof RateLimitError && !mayHaveTakenEffect(error) && attempt < MAX_ATTEMPTS) {
        await notSent();
        continue;
      }
      if (open.length > 1 && (error instanceof BadRequestError || error instanceof NotFoundError)) {
        // One key may be the reason for all, such as one that was deleted.
        await notSent();
        for (const item of open) if (!context.signal?.aborted) await runChunk(work, [item]);
        return;
      }
      const reason = context.describe(error);
      if (mayHaveTakenEffect(error)) await settleSent(work, open, reason);
      else await setItems(context, open, () => ({ state: "failed", reason }));
      return countFailure(error);
    }
  }
}

function send({ client }: CureContext, items: readonly CureItem[]): Promise<number | undefined> {
  const [{ want, expect }] = items as [CureItem];
  const hashes = items.map(({ hash }) => hash);
  return want.guardrail ? assignKeys(client, want.guardrail, hashes) : unassignKeys(client, expect.guardrail!, hashes);
}

/** Records the results of items whose request was sent. @param doubt why it may not have taken effect for all of them */
async function settleSent(work: Work, items: readonly CureItem[], doubt: string | undefined): Promise<void> {
  const { context, assignments } = work;
  if (doubt === undefined) {
    await setItems(context, items, () => ({ state: "done", reason: undefined }));
    for (const item of items) context.onResult?.({ ...item, state: "done" });
    return;
  }
  assignments.forget();
  try {
    const sent = items.map((item): CureItem => ({ ...item, state: "sending" }));
    const left = await settle(work, sent);
    await setItems(context, left, () => ({ state: "failed", reason: doubt }));
  } catch {
    await setItems(context, items, () => ({ state: "uncertain", reason: doubt }));
  }
}

/** Records the results of items that need no request, by the current assignments, and returns the others. */
async function settle({ context, assignments }: Work, items: readonly CureItem[]): Promise<CureItem[]> {
  const { reasons, onResult } = context;
  const guardrailOf = await assignments.read(items);
  const open: CureItem[] = [];
  const settled = new Map<CureItem, Partial<CureItem>>();
  for (const item of items) {
    const verdict = judgeState({ guardrail: guardrailOf(item.hash) }, item);
    if (verdict === "send") open.push(item);
    else if (verdict === "changed") settled.set(item, { state: "changed", reason: reasons.changed });
    else settled.set(item, { state: item.state === "waiting" ? "already" : "done", reason: undefined });
  }
  await setItems(context, [...settled.keys()], (item) => settled.get(item)!);
  for (const [item, change] of settled) onResult?.({ ...item, ...change });
  return open;
}

/** Assignments that were read longer ago are read again before the next request. */
const MAX_AGE_MS = 30_000;

/** Reads which guardrails are assigned: a whole account's list for many requests, and again after doubt. */
function createAssignments({ client, signal }: CureContext) {
  let current: { byHash: ReadonlyMap<string, string>; readAt: number } | undefined;

  /** @param guardrail limits the list to this one */
  async function list(guardrail_id?: string): Promise<Map<string, string>> {
    const { data, unreadable } = await collectCounted(
      (query) => listKeyAssignmentsPage(client, { ...query, guardrail_id }, { signal, fresh: true }),
      (one) => `${one.guardrail_id} ${one.key_hash}`,
    );
    if (unreadable) throw new OpenRouterError("Some assignments couldn't be read.", "Try again.");
    return new Map(data.map((one) => [one.key_hash, one.guardrail_id]));
  }

  return {
    /** Returns the guardrail of each of the items' keys, null for none. */
    async read(items: readonly CureItem[]): Promise<(hash: string) => string | null> {
      const [only, ...others] = items as [CureItem];
      const expected = others.length === 0 ? only.expect.guardrail : undefined;
      const isOld = !current || Date.now() - current.readAt > MAX_AGE_MS;
      // A key has one guardrail at most: if it has the expected one, no other list is needed.
      if (expected && isOld && (await list(expected)).has(only.hash)) return () => expected;
      if (isOld) current = { byHash: await list(), readAt: Date.now() };
      return (hash) => current!.byHash.get(hash) ?? null;
    },
    forget(): void {
      current = undefined;
    },
  };
}
