// Runs cures: reads each key again, judges it, sends its request, and records each step before and after.
import pMap from "p-map";
import { deleteKey, getKey, updateKey } from "../../endpoints/keys.ts";
import { ClientEndedError, NotFoundError, OpenRouterError, RateLimitError } from "../../errors.ts";
import type { Key, KeyUpdate } from "../../schemas.ts";
import { runAssignments } from "./assign.ts";
import {
  type CureContext,
  CureStopped,
  createFailureCounter,
  isCancelled,
  MAX_ATTEMPTS,
  mayHaveTakenEffect,
  requireApiError,
  setItems,
} from "./context.ts";
import { judgeDeletion, judgeState, type KeyVerdict, partOf } from "./judge.ts";
import { type CureItem, type CureRun, isOpen } from "./record.ts";

/** Few enough that a cancel leaves few requests on their way. */
const CONCURRENCY = 3;

/**
 * Runs all open items of a run and returns it as it was last recorded. A failed item doesn't stop the others; a session that
 * ended, a rejected key or a lost connection does. Sends nothing without a record that it may have been sent.
 */
export async function runCure(context: CureContext, run: CureRun): Promise<CureRun> {
  let stopped: unknown;
  try {
    await (run.kind === "assignGuardrail" ? runAssignments(context, run) : runItems(context, run));
  } catch (error) {
    stopped = error instanceof CureStopped ? error.cause : error;
  }
  const { client, describe, reasons, signal } = context;
  const hasEnded = [stopped, signal?.reason].some((error) => error instanceof ClientEndedError);
  const reason = hasEnded ? reasons.ended : stopped === undefined ? undefined : describe(stopped);
  return context.update(({ owner: _, ...now }) => ({ ...now, endedAt: client.now().toISOString(), stopped: reason }));
}

async function runItems(context: CureContext, run: CureRun): Promise<void> {
  const countFailure = createFailureCounter();
  let failure: { cause: unknown } | undefined;
  await pMap(
    run.items.filter(isOpen),
    async (item) => {
      if (context.signal?.aborted || failure) return;
      try {
        await runItem(context, run, item, countFailure);
      } catch (error) {
        // The others that are on their way are waited for.
        failure ??= { cause: error };
      }
    },
    { concurrency: CONCURRENCY },
  );
  if (failure) throw failure.cause;
}

type SetItem = (change: Partial<CureItem>) => Promise<void>;

async function runItem(
  context: CureContext,
  run: CureRun,
  item: CureItem,
  countFailure: (error: unknown) => void,
): Promise<void> {
  const set: SetItem = (change) => setItems(context, [item], () => change);
  const begun = async () => (run.kind === "replace" ? context.replacer!.begun(item) : undefined);
  const notSent = async () => set((await begun()) ?? { state: item.state });
  for (let attempt = 1; ; attempt++) {
    try {
      await attemptItem(context, run, item, set);
      return countFailure(undefined);
    } catch (error) {
      if (isCancelled(context, error)) return notSent();
      if (error instanceof ClientEndedError) await notSent();
      // A rotation is stored before its request is sent: without one, the item isn't left as "sending".
      else if (!(error instanceof OpenRouterError) && run.kind === "replace") await notSent();
      requireApiError(error);
      if (error instanceof RateLimitError && !mayHaveTakenEffect(error) && attempt < MAX_ATTEMPTS) {
        await notSent();
        continue;
      }
      await settleFailure(context, run, item, error, set);
      return countFailure(error);
    }
  }
}

/** Reads and judges a key, and sends its request. @throws what the request throws */
async function attemptItem(context: CureContext, run: CureRun, item: CureItem, set: SetItem): Promise<void> {
  const { client, onResult, reasons } = context;
  const key = await readKey(context, item);
  if (run.kind === "replace") {
    const change = await context.replacer!.replace(item, key, () => set({ state: "sending" }));
    await set({ reason: undefined, ...change });
    return onResult?.({ ...item, ...change });
  }
  // What a crash interrupted may have taken effect in part.
  const after = key && item.state !== "waiting" ? partOf(key, item) : undefined;
  if ((await settleByKey(context, run, after ? { ...item, after } : item, key, set)) !== "send") return;
  await set({ state: "sending" });
  if (run.kind === "delete") {
    await deleteKey(client, item.hash);
    await set({ state: "done", reason: undefined });
    return onResult?.({ ...item, state: "done" }, "deleted");
  }
  const updated = await updateKey(client, item.hash, item.want as KeyUpdate);
  const part = partOf(updated, item);
  const change: Partial<CureItem> =
    judgeState(updated, item) === "reached"
      ? { state: "done", reason: undefined, after: undefined }
      : part
        ? { state: "uncertain", reason: reasons.partly(item, part), after: part }
        : { state: "failed", reason: reasons.notApplied };
  await set(change);
  onResult?.({ ...item, ...change }, updated);
}

/** Records the result of an item that needs no request. Returns "send" if it needs one. */
async function settleByKey(
  { reasons, onResult }: CureContext,
  { kind }: CureRun,
  item: CureItem,
  key: Key | undefined,
  set: SetItem,
): Promise<KeyVerdict> {
  const verdict: KeyVerdict = !key ? "reached" : kind === "delete" ? judgeDeletion(key, item) : judgeState(key, item);
  if (verdict === "send") return verdict;
  // The effect of a request that may have been sent is taken for ours.
  const state = item.state === "waiting" ? "already" : "done";
  const reason = key ? (verdict === "used" ? reasons.used : reasons.changed) : reasons.gone;
  const isReached = verdict === "reached" && (key || kind === "delete");
  const change: Partial<CureItem> = isReached
    ? { state, reason: undefined, after: undefined }
    : { state: "changed", reason };
  await set(change);
  onResult?.({ ...item, ...change }, key ?? "deleted");
  return verdict;
}

/** Records a failure. Reads the key again if the request may have taken effect all the same. */
async function settleFailure(
  context: CureContext,
  run: CureRun,
  item: CureItem,
  error: OpenRouterError,
  set: SetItem,
): Promise<void> {
  const { describe, reasons, replacer } = context;
  const reason = describe(error);
  const isDoubtful = mayHaveTakenEffect(error);
  if (run.kind === "replace") {
    const left = await replacer!.begun(item);
    if (left?.state === "done") return set(left);
    return set(
      left
        ? { ...left, reason: [reason, left.reason].filter(Boolean).join(" ") }
        : { state: isDoubtful ? "uncertain" : "failed", reason },
    );
  }
  // A 404 may mean that somebody deleted the key after it was read.
  if (!isDoubtful && !(error instanceof NotFoundError)) return set({ state: "failed", reason });
  try {
    const key = await readKey(context, item);
    const part = key && isDoubtful ? partOf(key, item) : undefined;
    if (part) return set({ state: "uncertain", reason: reasons.partly(item, part), after: part });
    const verdict = await settleByKey(context, run, isDoubtful ? { ...item, state: "sending" } : item, key, set);
    if (verdict === "send") await set({ state: "failed", reason: isDoubtful ? reasons.notApplied : reason });
  } catch {
    await set({ state: isDoubtful ? "uncertain" : "failed", reason });
  }
}

/** Returns undefined if the key was deleted. `GET /keys/{hash}` */
async function readKey({ client, signal }: CureContext, { hash }: CureItem): Promise<Key | undefined> {
  try {
    return await getKey(client, hash, { signal, fresh: true });
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
