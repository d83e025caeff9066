import * as vscode from "vscode";
import type { Client, Key } from "../../openrouter/index.ts";
import {
  adopt,
  assess,
  type Finding,
  identify,
  type OrphanChoice,
  type Rotation,
  recreate,
} from "../../openrouter/rotation/index.ts";
import { type App, clientOf, working } from "../app.ts";
import { isComplete } from "../data/updates.ts";
import { inFlow, proceed, takeStep } from "./flow.ts";
import { isElsewhere, mine } from "./journal/owner.ts";
import { chooseOrphans, keyFacts } from "./orphans.ts";
import { rotationFor } from "./pickRotation.ts";
import { isUnfinished, refusalText, rotationLabel } from "./rotationText.ts";
import { offerStrays } from "./strays.ts";

/** Goes on with a rotation that was interrupted, from wherever the journal and the account say that it is. */
export async function continueRotation(app: App, target: unknown): Promise<void> {
  const client = await clientOf(app);
  const record = await unfinishedFor(app, target, vscode.l10n.t("Continue Rotation"));
  if (!(await isFree(record))) return;
  await inFlow(app, record.id, async () => {
    const owned = await own(app, record);
    const finding = await look(app, owned);
    const ready = finding.may.includes("continue") ? await takeUp(app, client, owned, finding) : cannot(owned, finding);
    if (!ready) return;
    await proceed(app, client, ready);
    if (finding.state === "underway") offerStrays(app, client, record, finding.strays);
  });
}

function unfinishedFor(app: App, target: unknown, title: string): Promise<Rotation> {
  const fits = (record: Rotation) => isUnfinished(record) && !app.rotations.isLive(record.id);
  return rotationFor(app, target, { title, fits, none: vscode.l10n.t("No rotation was interrupted.") });
}

/**
 * Marks it as worked on in this window.
 * @throws Error when another window has ended it, or has taken it up since `isFree` was asked
 */
export async function own(app: App, record: Rotation): Promise<Rotation> {
  const owner = mine();
  const owned = await app.rotations.journal.update(record.id, (now) =>
    isElsewhere(now) && now.owner?.since !== record.owner?.since ? now : { ...now, owner },
  );
  if (!owned) throw new Error(refusalText(record, "gone"));
  if (owned.owner?.pid !== owner.pid) throw new Error(refusalText(record, "busy"));
  return owned;
}

/** Whether no other window works on it, or the person knows better: its process may be another's by now. */
export async function isFree(record: Rotation): Promise<boolean> {
  if (!isElsewhere(record)) return true;
  const t = vscode.l10n.t;
  const here = t("Go On Here");
  const question = t("Another window seems to work on the rotation of {0}.", rotationLabel(record));
  const detail = t("Go on here only if no other window asks you something about it.");
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, here)) === here;
}

/** What became of it, by a complete and fresh reading of the account. @throws Error when that fails */
export async function look(app: App, record: Rotation): Promise<Finding> {
  const { data, held } = app;
  const title = vscode.l10n.t("Looking at the keys of {0}", rotationLabel(record));
  await working(title, async (signal) => {
    const cancelled = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => cancelled.reject(signal.reason));
    await Promise.race([Promise.all([data.keys.load({ fresh: true }), held.ready]), cancelled.promise]);
  });
  const { current, failure } = data.keys;
  if (failure || !current?.complete) throw new Error(failure ?? vscode.l10n.t("The keys could not be read."));
  const finding = assess(record, current.value.keys, await heldHashes(app));
  // A key that could not be read looks as if it were gone.
  const isKnown = finding.state === "underway" && finding.old && finding.new;
  if (!isComplete(current.value) && !isKnown) throw new Error(refusalText(record, "incomplete"));
  return finding;
}

/** Keys whose secrets are really there: the list of them is written before the secret is. */
async function heldHashes({ held }: App): Promise<Set<string>> {
  const hashes = held.list().map(({ hash }) => hash);
  const secrets = await Promise.all(hashes.map((hash) => held.secret(hash)));
  return new Set(hashes.filter((_, i) => secrets[i] !== undefined));
}

/** To a record with a new key; undefined where the person decided otherwise. */
async function takeUp(app: App, client: Client, record: Rotation, finding: Finding): Promise<Rotation | undefined> {
  const t = vscode.l10n.t;
  const name = rotationLabel(record);
  if (finding.state === "underway") return record;
  if (finding.state === "adoptable" || finding.state === "unidentified")
    return takeStep(app, client, record, t("Looking at the keys of {0}", name), (context) =>
      finding.state === "adoptable" ? adopt(context, record, finding.key) : identify(context, record),
    );
  const choice = finding.state === "orphaned" ? await askOrphans(record, finding.orphans) : {};
  const title = t("Creating the new key of {0}", name);
  const created = await takeStep(app, client, record, title, (context) => recreate(context, record, choice));
  const removed = new Set(choice.remove);
  app.data.keys.change((data) => ({ ...data, keys: data.keys.filter(({ hash }) => !removed.has(hash)) }));
  return created;
}

/** @throws vscode.CancellationError when the person wants neither */
async function askOrphans(record: Rotation, orphans: Key[]): Promise<OrphanChoice> {
  const t = vscode.l10n.t;
  const title = t("Continue the rotation of {0}", rotationLabel(record));
  const [orphan, ...more] = orphans;
  if (!orphan || more.length > 0) return chooseOrphans(title, orphans);
  const [anew, spare] = [t("Delete It and Create Anew"), t("It Is Another: Keep It")];
  const question = t("The new key of {0} was created, but its secret was lost on the way.", rotationLabel(record));
  const detail = [
    keyFacts(orphan),
    t("Nobody can show that secret again, so the key is of no use. Continuing deletes it and creates another."),
    t("If you know that somebody else made this key, keep it: another is created beside it."),
  ].join("\n\n");
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, anew, spare);
  if (answer === undefined) throw new vscode.CancellationError();
  return answer === anew ? { remove: [orphan.hash] } : { spare: [orphan.hash] };
}

/** @throws Error that says why it cannot go on */
function cannot(record: Rotation, finding: Finding): never {
  const t = vscode.l10n.t;
  const name = rotationLabel(record);
  if (finding.state === "otherAccount") throw new Error(t("The rotation of {0} belongs to another account.", name));
  if (finding.state !== "underway")
    throw new Error(t("The old key of {0} was deleted: there is nothing to rotate any more. Roll it back.", name));
  throw new Error(
    finding.new
      ? t(
          "The secret of the new key of {0} is no longer in VS Code's secret storage. Roll it back, and rotate again.",
          name,
        )
      : t("The new key of {0} was deleted elsewhere. Roll it back, and rotate again.", name),
  );
}
