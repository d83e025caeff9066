import * as vscode from "vscode";
import type { Client, Key } from "../../../openrouter/index.ts";
import { getKeyStatus } from "../../../openrouter/keys/keyStatus.ts";
import {
  beginRotation,
  bindGuardrail,
  newRotation,
  planRotation,
  RefusedStepError,
  type Rotation,
} from "../../../openrouter/rotation/index.ts";
import type { CureItem, CureRun } from "../../../openrouter/safety/cures/record.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { withKeysAssigned } from "../../data/guardrailUpdates.ts";
import { withoutOwnStamp } from "../../rotation/journal/owner.ts";
import { continueAll } from "../../rotation/resume/continueAll.ts";
import { isUnfinished, refusalText } from "../../rotation/rotationText.ts";
import { stepContext } from "../../rotation/runFlow.ts";
import type { CureServices } from "./services.ts";

interface Replacement {
  run: CureRun;
  item: CureItem;
  /** The old key as it is now; undefined if it was deleted. */
  key: Key | undefined;
  client: Client;
  signal: AbortSignal;
}

/**
 * Begins the rotation of an item, up to the stored secret, or completes what an earlier attempt began. The secret waits in
 * SecretStorage; see `handOverReplaced`. A create that may have been sent is never repeated here: the rotation's own
 * Continue looks for its key first. `GET /keys/{hash}`, `POST /keys`, `POST /guardrails/{id}/assignments/keys`
 */
export async function replaceKey(
  services: CureServices,
  session: AccountSession,
  { run, item, key, client, signal }: Replacement,
): Promise<Partial<CureItem>> {
  const t = vscode.l10n.t;
  const { registry } = services;
  const id = item.rotation!;
  const begun = await registry.journal.read(id);
  if (begun?.step === "creating")
    return {
      state: "uncertain",
      reason: t("Run Continue Rotation on it in the Keys view: it looks for the new key first."),
    };
  if (!begun && !key) return { state: "changed", reason: t("It was deleted elsewhere.") };
  if (!begun && getKeyStatus(key!, client.now()) !== "active")
    return { state: "changed", reason: t("It is disabled or expired.") };
  const context = stepContext(services, { ...session, client }, signal);
  const planned = begun ?? (await plan(services, session, run, key!, id));
  const markEnded = registry.markRunning(id);
  // Its secret is offered with the others of this run, not by itself.
  registry.isFirstOffer(id);
  try {
    const created = begun ?? (await beginRotation(context, planned));
    const bound = created.step === "created" ? await bindGuardrail(context, created) : created;
    if (bound.guardrail && bound.new) session.data.guardrails.change(withKeysAssigned(bound.guardrail.id, [bound.new]));
    return { state: "done" };
  } catch (error) {
    registry.offerAgain(id);
    if (!(error instanceof RefusedStepError)) throw error;
    return { state: "failed", reason: refusalText(planned, error.reason) };
  } finally {
    markEnded();
    await registry.journal.update(id, withoutOwnStamp);
  }
}

/** Plans a rotation with the choices of the run. */
async function plan(
  { registry }: CureServices,
  session: AccountSession,
  { replace }: CureRun,
  key: Key,
  id: string,
): Promise<Rotation> {
  const { data, client } = session;
  const guardrails = data.guardrails.current?.value;
  const assignment = guardrails?.keyAssignments.find(({ key_hash }) => key_hash === key.hash);
  const name = guardrails?.guardrails.find((one) => one.id === assignment?.guardrail_id)?.name;
  const now = client.now();
  const choices = { name: replace!.name, expiry: replace!.expires_at, limit: replace!.limit };
  const guardrail = assignment && { id: assignment.guardrail_id, name: name ?? vscode.l10n.t("unknown") };
  const rotation = newRotation(key, planRotation(key, { guardrail, now, choices }), { id, now, account: session.id });
  return { ...rotation, owner: await registry.ownerStamp() };
}

/** True if a rotation of the run waits for something, such as its secret to be saved. */
export function hasPending({ registry }: CureServices, { items }: CureRun): boolean {
  const ids = new Set(items.map(({ rotation }) => rotation));
  return registry.journal.all().some((rotation) => ids.has(rotation.id) && isUnfinished(rotation));
}

/** Hands over the secrets of a run one by one, until the user closes one; the rest stays stored and pending. */
export function handOverReplaced({ registry }: CureServices, { items }: CureRun): Promise<void> {
  return continueAll(
    registry,
    items.flatMap(({ rotation }) => rotation ?? []),
  );
}
