import * as vscode from "vscode";
import { getKey, NotFoundError } from "../../../openrouter/index.ts";
import { findOrphans, type Rotation } from "../../../openrouter/rotation/index.ts";
import { formatCount } from "../../../openrouter/text/format.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { offerPending } from "../../keys/handOverSecret.ts";
import { errorLogText } from "../../platform/errorText.ts";
import { commandIds } from "../../platform/ids.ts";
import { displayLocale } from "../../platform/locale.ts";
import { reportErrors } from "../../platform/registerCommands.ts";
import { isUnidentified, type PendingSecret } from "../../secrets/pendingSecret.ts";
import { isOwnedElsewhere } from "../journal/owner.ts";
import { continueAll } from "../resume/continueAll.ts";
import { offerStrays } from "../resume/strays.ts";
import { isUnfinished, missingStepText, rotationLabel } from "../rotationText.ts";
import { offerToContinue } from "../runFlow.ts";
import type { RotationServices } from "../services.ts";
import { MAX_SINGLE } from "./maxSingle.ts";
import { showDueReminders } from "./reminders.ts";

/**
 * Compares what earlier sessions left with the account's keys: offers unfinished rotations and pending secrets, discards
 * secrets that are no longer needed, and shows due reminders.
 * @param session must have read all keys
 */
export async function reconcileRotations(services: RotationServices, session: AccountSession): Promise<void> {
  const { sessions, registry, secrets, log } = services;
  const keys = session.data.keys.current?.value.keys ?? [];
  // Another window may have continued a rotation since.
  await Promise.all([registry.reload(), secrets.ready]);
  await registry.assignAccount(session);
  await assignSecretsToAccount(services, session);
  await discardUnneeded(services, session);
  // The next account is reconciled once its own keys have been read.
  if (session.signal.aborted) return;

  const { isFirstOffer } = registry;
  const unfinished: Rotation[] = [];
  for (const record of registry.list(session)) {
    if (registry.isRunningHere(record.id) || isOwnedElsewhere(record)) continue;
    if (isUnfinished(record)) {
      if (isFirstOffer(record.id)) unfinished.push(record);
    } else if (record.recreated && isFirstOffer(`strays:${record.id}`))
      offerStrays(services, session, record, findOrphans(record, keys));
  }
  if (unfinished.length > MAX_SINGLE) offerManyUnfinished(services, unfinished);
  else for (const record of unfinished) offerUnfinished(services, record);

  const belongsToRotation = (hash: string) =>
    registry.journal
      .all()
      .some((record) => record.new?.hash === hash || findOrphans(record, keys).some((key) => key.hash === hash));
  const isDue = (secret: PendingSecret) =>
    isNeeded(services, session, secret) && !belongsToRotation(secret.hash) && !isBeingHandedOver(secret);
  offerPending(
    { sessions, secrets, log, rotationOf: registry.rotationOf },
    (secret) => isDue(secret) && isFirstOffer(secret.hash),
  ).catch((error: unknown) => log.error(`Rotations: ${error}`));
  await showDueReminders(services, session);
}

/** Lists the ids of the account's rotations and of the secrets that other windows are working on; empty if there are none. */
export function workOfOthers({ registry, secrets }: RotationServices, session: AccountSession): string {
  const rotations = registry.list(session).filter((record) => isUnfinished(record) && isOwnedElsewhere(record));
  const waiting = secrets
    .list()
    .filter((secret) => secret.state === "waiting" && isOwnedElsewhere({ owner: ownerOf(secret) }));
  return [...rotations.map(({ id }) => id), ...waiting.map(({ hash }) => hash)].join();
}

/** True for a secret of this account whose key exists or has not been identified. */
function isNeeded({ registry }: RotationServices, session: AccountSession, secret: PendingSecret): boolean {
  if (hasKey(session, secret.hash)) return true;
  return isUnidentified(secret) && registry.matchAccount(secret.account, session) !== "other";
}

const hasKey = ({ data }: AccountSession, hash: string) =>
  data.keys.current?.value.keys.some((key) => key.hash === hash) ?? false;

/** True if a flow that is still running hands it over, or has already offered it. */
function isBeingHandedOver(secret: PendingSecret): boolean {
  if (secret.pid === process.pid) return Date.parse(secret.since) >= performance.timeOrigin;
  return isOwnedElsewhere({ owner: ownerOf(secret) });
}

const ownerOf = ({ pid, since, pulse }: PendingSecret) => (pid ? { pid, since, pulse } : undefined);

/** Sets the account of secrets that belong to its keys and name no account or a removed one. */
async function assignSecretsToAccount({ registry, secrets }: RotationServices, session: AccountSession): Promise<void> {
  for (const { hash, account } of secrets.list())
    if (registry.matchAccount(account, session) === "unknown" && hasKey(session, hash))
      await secrets.assignAccount(hash, session.id);
}

/** Discards secrets that were handed over before VS Code ended, and those whose keys were deleted. */
async function discardUnneeded(services: RotationServices, session: AccountSession): Promise<void> {
  const { registry, secrets } = services;
  const states = new Map(secrets.list().map(({ hash, state }) => [hash, state]));
  const ownIds = new Set(registry.list(session).map(({ id }) => id));
  for (const record of registry.journal.all()) {
    if (!record.new || isUnfinished(record)) continue;
    const { hash } = record.new;
    const state = states.get(hash);
    if (!state) continue;
    const isHandedOver = state === "waiting" && record.handedOver !== "kept";
    const isMissing = ownIds.has(record.id) && hasKey(session, record.old.hash) && !hasKey(session, hash);
    if (isHandedOver || (isMissing && (await isDeleted(services, session, record.old.hash, hash))))
      await secrets.discard(hash);
  }
}

/** Asks the API whether a key was deleted, since a list may be outdated or incomplete. False if the old key can't be read. */
async function isDeleted(
  { log }: RotationServices,
  { client }: AccountSession,
  oldHash: string,
  hash: string,
): Promise<boolean> {
  try {
    await getKey(client, oldHash, { fresh: true });
  } catch (error) {
    log.warn(`Rotations: ${errorLogText(error)}`);
    return false;
  }
  return getKey(client, hash, { fresh: true }).then(
    () => false,
    (error: unknown) => error instanceof NotFoundError,
  );
}

/** Offers to continue many rotations one after another, such as those of many replaced keys. */
function offerManyUnfinished({ registry, keys, log }: RotationServices, records: readonly Rotation[]): void {
  const t = vscode.l10n.t;
  const [go, show] = [t("Continue One by One"), t("Show")];
  const count = formatCount(records.length, displayLocale());
  void vscode.window.showWarningMessage(t("{0} rotations were interrupted.", count), go, show).then((answer) =>
    reportErrors(log, commandIds.continueRotation, async () => {
      if (answer === go)
        await continueAll(
          registry,
          records.map(({ id }) => id),
        );
      if (answer === show) await registry.reveal(keys, records[0]!.id);
    }),
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
