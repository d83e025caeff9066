import * as vscode from "vscode";
import { getKey, NotFoundError } from "../../../openrouter/index.ts";
import { findOrphans, type Rotation } from "../../../openrouter/rotation/index.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { offerPending } from "../../keys/handOverSecret.ts";
import { errorText } from "../../platform/errorText.ts";
import { isUnidentified, type PendingSecret } from "../../secrets/pendingSecret.ts";
import { isOwnedElsewhere } from "../journal/owner.ts";
import { offerStrays } from "../resume/strays.ts";
import { isUnfinished, missingStepText, rotationLabel } from "../rotationText.ts";
import { offerToContinue } from "../runFlow.ts";
import type { RotationServices } from "../services.ts";
import { showDueReminders } from "./reminders.ts";

/**
 * Holds what earlier sessions left against the account's keys: unfinished rotations and waiting secrets are offered,
 * secrets that nobody needs are discarded, and old keys are remembered.
 * @param session whose keys are read completely
 * @param offered what was offered already since the start
 */
export async function reconcileRotations(
  services: RotationServices,
  session: AccountSession,
  offered: Set<string>,
): Promise<void> {
  const { registry, secrets, log } = services;
  const keys = session.data.keys.current?.value.keys ?? [];
  // Another window may have gone on since.
  await Promise.all([registry.reload(), secrets.ready]);
  await registry.assignAccount(session);
  await assignSecretsToAccount(services, session);
  await discardUnneeded(services, session);
  // The next account's turn comes.
  if (session.signal.aborted) return;

  const isFirstOffer = (id: string) => {
    const isNew = !offered.has(id);
    offered.add(id);
    return isNew;
  };
  for (const record of registry.list(session)) {
    if (registry.isRunningHere(record.id) || isOwnedElsewhere(record)) continue;
    if (isUnfinished(record)) {
      if (isFirstOffer(record.id)) offerUnfinished(services, record);
    } else if (record.recreated && isFirstOffer(`strays:${record.id}`))
      offerStrays(services, session, record, findOrphans(record, keys));
  }

  const belongsToRotation = (hash: string) =>
    registry.journal
      .all()
      .some((record) => record.new?.hash === hash || findOrphans(record, keys).some((key) => key.hash === hash));
  const isDue = (held: PendingSecret) =>
    isNeeded(services, session, held) && !belongsToRotation(held.hash) && !isBeingHandedOver(held);
  offerPending(
    { secrets, log, rotationOf: registry.rotationOf },
    (held) => isDue(held) && isFirstOffer(held.hash),
  ).catch((error: unknown) => log.error(`Rotations: ${error}`));
  await showDueReminders(services, session);
}

/** True for a secret of this account whose key exists, or is not known. */
function isNeeded({ registry }: RotationServices, session: AccountSession, held: PendingSecret): boolean {
  if (hasKey(session, held.hash)) return true;
  return isUnidentified(held) && registry.matchAccount(held.account, session) !== "other";
}

const hasKey = ({ data }: AccountSession, hash: string) =>
  data.keys.current?.value.keys.some((key) => key.hash === hash) ?? false;

/** True while a flow that still runs hands it over, or has said where it waits. */
function isBeingHandedOver({ pid, since }: PendingSecret): boolean {
  if (pid === process.pid) return Date.parse(since) >= performance.timeOrigin;
  return isOwnedElsewhere({ owner: pid ? { pid, since } : undefined });
}

/** Notes the account at secrets of its keys that name none, or one that was removed. */
async function assignSecretsToAccount({ registry, secrets }: RotationServices, session: AccountSession): Promise<void> {
  for (const { hash, account } of secrets.list())
    if (registry.matchAccount(account, session) === "unknown" && hasKey(session, hash))
      await secrets.assignAccount(hash, session.id);
}

/** Discards secrets that were handed over, but not discarded before the end came, and those whose keys are gone. */
async function discardUnneeded(services: RotationServices, session: AccountSession): Promise<void> {
  const { registry, secrets } = services;
  const states = new Map(secrets.list().map(({ hash, state }) => [hash, state]));
  const own = new Set(registry.list(session).map(({ id }) => id));
  for (const record of registry.journal.all()) {
    if (!record.new || isUnfinished(record)) continue;
    const { hash } = record.new;
    const state = states.get(hash);
    if (!state) continue;
    const isHandedOver = state === "waiting" && record.handedOver !== "kept";
    const isMissing = own.has(record.id) && hasKey(session, record.old.hash) && !hasKey(session, hash);
    if (isHandedOver || (isMissing && (await isGone(services, session, record.old.hash, hash))))
      await secrets.discard(hash);
  }
}

/** Asked of the account: a list may be old, or lack the key. Only the account that has the old key can say so. */
async function isGone(
  { log }: RotationServices,
  { client }: AccountSession,
  oldHash: string,
  hash: string,
): Promise<boolean> {
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

function offerUnfinished(services: RotationServices, record: Rotation): void {
  const text = vscode.l10n.t(
    "The rotation of {0} was interrupted: {1}.",
    rotationLabel(record),
    missingStepText(record),
  );
  offerToContinue(services, record, text);
}
