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
  const countFailure = createFailureCounter();
  const requests = Map.groupBy(run.items.filter(isOpen), requestOf);
  for (const items of requests.values())
    for (let from = 0; from < items.length; from += CHUNK)
      if (!context.signal?.aborted) await runChunk(context, items.slice(from, from + CHUNK), countFailure);
}

/** Items with the same request can be sent together. */
const requestOf = ({ want, expect }: CureItem) =>
  want.guardrail ? `assign ${want.guardrail}` : `unassign ${expect.guardrail}`;

async function runChunk(
  context: CureContext,
  items: readonly CureItem[],
  countFailure: (error: unknown) => void,
): Promise<void> {
  let open = [...items];
  const notSent = () => setItems(context, open, ({ state }) => ({ state }));
  for (let attempt = 1; ; attempt++) {
    try {
      open = await settle(context, open);
      if (open.length === 0) return countFailure(undefined);
      await setItems(context, open, () => ({ state: "sending" }));
      const count = await send(context, open);
      await settleSent(context, open, count === open.length ? undefined : context.reasons.notApplied);
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
        for (const item of open) if (!context.signal?.aborted) await runChunk(context, [item], countFailure);
        return;
      }
      const reason = context.describe(error);
      if (mayHaveTakenEffect(error)) await settleSent(context, open, reason);
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
async function settleSent(context: CureContext, items: readonly CureItem[], doubt: string | undefined): Promise<void> {
  if (doubt === undefined) {
    await setItems(context, items, () => ({ state: "done", reason: undefined }));
    for (const item of items) context.onResult?.({ ...item, state: "done" });
    return;
  }
  try {
    const sent = items.map((item): CureItem => ({ ...item, state: "sending" }));
    const left = await settle(context, sent);
    await setItems(context, left, () => ({ state: "failed", reason: doubt }));
  } catch {
    await setItems(context, items, () => ({ state: "uncertain", reason: doubt }));
  }
}

/** Records the results of items that need no request, by the current assignments, and returns the others. */
async function settle(context: CureContext, items: readonly CureItem[]): Promise<CureItem[]> {
  const { client, signal, reasons, onResult } = context;
  const { data, unreadable } = await collectCounted(
    (query) => listKeyAssignmentsPage(client, query, { signal, fresh: true }),
    (one) => `${one.guardrail_id} ${one.key_hash}`,
  );
  if (unreadable) throw new OpenRouterError("Some assignments couldn't be read.", "Try again.");
  const guardrailByHash = new Map(data.map((one) => [one.key_hash, one.guardrail_id]));
  const open: CureItem[] = [];
  const settled = new Map<CureItem, Partial<CureItem>>();
  for (const item of items) {
    const verdict = judgeState({ guardrail: guardrailByHash.get(item.hash) ?? null }, item);
    if (verdict === "send") open.push(item);
    else if (verdict === "changed") settled.set(item, { state: "changed", reason: reasons.changed });
    else settled.set(item, { state: item.state === "waiting" ? "already" : "done", reason: undefined });
  }
  await setItems(context, [...settled.keys()], (item) => settled.get(item)!);
  for (const [item, change] of settled) onResult?.({ ...item, ...change });
  return open;
}
