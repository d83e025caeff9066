import * as vscode from "vscode";
import { findOrphans, type Rotation } from "../../openrouter/rotation/index.ts";
import type { Key } from "../../openrouter/schemas.ts";
import type { App } from "../app.ts";
import type { HeldSecret } from "../secrets/heldSecrets.ts";
import { offerWaiting } from "../secrets/waiting.ts";
import { offerWays } from "./flow.ts";
import { isElsewhere } from "./owner.ts";
import { remind } from "./reminders.ts";
import { isUnfinished, missingText, rotationLabel } from "./rotationText.ts";
import { offerStrays } from "./strays.ts";

/**
 * What earlier sessions left, with the account's keys at hand: unfinished rotations and waiting secrets are offered,
 * secrets that nobody needs are discarded, and old keys are remembered.
 * @param told what was offered already in this session
 */
export async function lookAfter(app: App, told: Set<string>): Promise<void> {
  const { rotations, data } = app;
  const keys = data.keys.current?.value.keys ?? [];
  await discardNeedless(app, keys);

  const first = (id: string) => {
    const isNew = !told.has(id);
    told.add(id);
    return isNew;
  };
  for (const record of rotations.list()) {
    if (rotations.isLive(record.id) || isElsewhere(record)) continue;
    if (isUnfinished(record) && first(record.id)) offerUnfinished(app, record);
    else if (record.recreated && first(`strays:${record.id}`)) offerStrays(app, record, findOrphans(record, keys));
  }

  const ofRotation = (hash: string) =>
    rotations.journal
      .all()
      .some((record) => record.new?.hash === hash || findOrphans(record, keys).some((key) => key.hash === hash));
  const known = new Set(keys.map(({ hash }) => hash));
  // One whose key is not here is another account's, or of no use any more.
  const due = (held: HeldSecret) => known.has(held.hash) && !ofRotation(held.hash) && !isBeingHanded(held);
  void offerWaiting(app, (held) => due(held) && first(held.hash));
  await remind(app);
}

/** Whether a flow that still runs hands it over, or has said where it waits. */
function isBeingHanded({ pid, since }: HeldSecret): boolean {
  if (pid === process.pid) return Date.parse(since) >= performance.timeOrigin;
  return isElsewhere({ owner: pid ? { pid } : undefined });
}

/** Secrets that were handed over, but not discarded before the end came, and those whose keys are gone. */
async function discardNeedless({ rotations, held }: App, keys: readonly Key[]): Promise<void> {
  await held.ready;
  const waiting = new Set(held.list().flatMap(({ hash, state }) => (state === "waiting" ? [hash] : [])));
  const has = (hash: string) => keys.some((key) => key.hash === hash);
  for (const record of rotations.journal.all()) {
    if (!record.new || isUnfinished(record)) continue;
    const { hash } = record.new;
    const handedOver = waiting.has(hash) && record.handedOver !== "kept";
    // Only the account that has the old key can say that the new one is gone.
    const gone = has(record.old.hash) && !has(hash);
    if (handedOver || gone) await held.discard(hash);
  }
}

function offerUnfinished(app: App, record: Rotation): void {
  const text = vscode.l10n.t("The rotation of {0} was interrupted: {1}.", rotationLabel(record), missingText(record));
  offerWays(app, record, text);
}
