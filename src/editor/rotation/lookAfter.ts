import * as vscode from "vscode";
import { type Client, getKey, NotFoundError } from "../../openrouter/index.ts";
import { findOrphans, type Rotation } from "../../openrouter/rotation/index.ts";
import type { Key } from "../../openrouter/schemas.ts";
import { type App, clientOf } from "../app.ts";
import { offerWaiting } from "../keys/waitingSecrets.ts";
import { errorText } from "../platform/errorText.ts";
import { type HeldSecret, isUnidentified } from "../secrets/heldSecrets.ts";
import { offerWays } from "./flow.ts";
import { isElsewhere } from "./journal/owner.ts";
import { remind } from "./reminders.ts";
import { isUnfinished, missingText, rotationLabel } from "./rotationText.ts";
import { offerStrays } from "./strays.ts";

/**
 * What earlier sessions left, with the account's keys at hand: unfinished rotations and waiting secrets are offered,
 * secrets that nobody needs are discarded, and old keys are remembered.
 * @param told what was offered already in this session
 */
export async function lookAfter(app: App, told: Set<string>): Promise<void> {
  const { rotations, data, log } = app;
  const client = await clientOf(app);
  const keys = data.keys.current?.value.keys ?? [];
  await discardNeedless(app, client, keys);

  const first = (id: string) => {
    const isNew = !told.has(id);
    told.add(id);
    return isNew;
  };
  for (const record of rotations.list()) {
    if (rotations.isLive(record.id) || isElsewhere(record)) continue;
    if (isUnfinished(record)) {
      if (first(record.id)) offerUnfinished(app, record);
    } else if (record.recreated && first(`strays:${record.id}`))
      offerStrays(app, client, record, findOrphans(record, keys));
  }

  const ofRotation = (hash: string) =>
    rotations.journal
      .all()
      .some((record) => record.new?.hash === hash || findOrphans(record, keys).some((key) => key.hash === hash));
  const known = new Set(keys.map(({ hash }) => hash));
  // One whose key is not here is another account's, or of no use any more.
  const isOfUse = (held: HeldSecret) => isUnidentified(held) || known.has(held.hash);
  const due = (held: HeldSecret) => isOfUse(held) && !ofRotation(held.hash) && !isBeingHanded(held);
  offerWaiting(app, (held) => due(held) && first(held.hash)).catch((error: unknown) =>
    log.error(`Rotations: ${error}`),
  );
  await remind(app);
}

/** Whether a flow that still runs hands it over, or has said where it waits. */
function isBeingHanded({ pid, since }: HeldSecret): boolean {
  if (pid === process.pid) return Date.parse(since) >= performance.timeOrigin;
  return isElsewhere({ owner: pid ? { pid, since } : undefined });
}

/** Secrets that were handed over, but not discarded before the end came, and those whose keys are gone. */
async function discardNeedless(app: App, client: Client, keys: readonly Key[]): Promise<void> {
  const { rotations, held } = app;
  // Another window may have gone on since.
  await Promise.all([held.ready, rotations.journal.reload()]);
  const states = new Map(held.list().map(({ hash, state }) => [hash, state]));
  const has = (hash: string) => keys.some((key) => key.hash === hash);
  for (const record of rotations.journal.all()) {
    if (!record.new || isUnfinished(record)) continue;
    const { hash } = record.new;
    const state = states.get(hash);
    if (!state) continue;
    const handedOver = state === "waiting" && record.handedOver !== "kept";
    const missing = has(record.old.hash) && !has(hash);
    if (handedOver || (missing && (await isGone(app, client, record.old.hash, hash)))) await held.discard(hash);
  }
}

/** Asked of the account: a list may be old, or lack the key. Only the account that has the old key can say so. */
async function isGone({ log }: App, client: Client, oldHash: string, hash: string): Promise<boolean> {
  try {
    await getKey(client, oldHash, { fresh: true });
  } catch (error) {
    log.warn(`Rotations: ${errorText(error)}`);
    return false;
  }
  return getKey(client, hash, { fresh: true }).then(
    () => false,
    (error: unknown) => error instanceof NotFoundError,
  );
}

function offerUnfinished(app: App, record: Rotation): void {
  const text = vscode.l10n.t("The rotation of {0} was interrupted: {1}.", rotationLabel(record), missingText(record));
  offerWays(app, record, text);
}
