import * as vscode from "vscode";
import { day } from "../../openrouter/format.ts";
import { close, type Rotation } from "../../openrouter/rotation/index.ts";
import { type App, clientOf, requireSameAccount } from "../app.ts";
import { limitText } from "../ui/limitText.ts";
import { pickOne } from "../ui/pick.ts";
import { BACK } from "../ui/wizard.ts";
import { note } from "./flow.ts";
import { readKey } from "./observed.ts";
import { rotationFor } from "./pickRotation.ts";
import { isHandedOver, rotationLabel } from "./rotationText.ts";

const DAY_MS = 86_400_000;
export const WEEK_DAYS = 7;

/** Quiets the reminders of a rotation for a while. */
export async function snoozeRotation(app: App, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const title = t("Snooze Rotation Reminder");
  const record = await rotationFor(app, target, { title, fits: isReminded, none: t("No rotation sends reminders.") });
  const terms = [
    { label: t("A Day"), value: 1 },
    { label: t("A Week"), value: WEEK_DAYS },
    { label: t("A Month"), value: 30 },
  ];
  const items = terms.map((term) => ({
    ...term,
    description: t("until {0}", day(inDays(term.value), vscode.env.language)),
  }));
  const placeholder = t("For how long?");
  const days = await pickOne({ title: `${title}: ${rotationLabel(record)}` }, { items, placeholder });
  if (days !== BACK) await snoozeFor(app, record, days);
}

export async function snoozeFor(app: App, record: Rotation, days: number): Promise<void> {
  const snoozedUntil = inDays(days);
  await app.rotations.journal.update(record.id, (now) => ({ ...now, snoozedUntil }));
  const until = day(snoozedUntil, vscode.env.language);
  vscode.window.setStatusBarMessage(
    vscode.l10n.t("$(bell-slash) No reminder of {0} until {1}", rotationLabel(record), until),
    5_000,
  );
}

/** Ends a rotation and leaves both keys as they are. */
export async function dismissRotation(app: App, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const title = t("Keep Both Keys and End Rotation");
  const client = await clientOf(app);
  const record = await rotationFor(app, target, { title, fits: isReminded, none: t("No rotation can be ended.") });
  const old = readKey(app, record.old.hash);
  const { restoreLimit } = record;
  const limit = limitText(restoreLimit?.limit, record.body.limit_reset);
  const detail = [
    record.step !== "finished" &&
      old &&
      (old.disabled
        ? t("The old key stays disabled.")
        : t("The old key stays active: whoever has it can spend with it.")),
    t("No key is changed, and no reminder comes any more."),
    restoreLimit &&
      (record.step === "finished"
        ? t("The new key keeps its limit; {0} is not restored.", limit)
        : t("The limit of {0} stays to be restored.", limit)),
  ];
  const end = t("End Rotation");
  const question = t("End the rotation of {0}?", rotationLabel(record));
  const options = { modal: true, detail: detail.filter(Boolean).join("\n\n") };
  if ((await vscode.window.showWarningMessage(question, options, end)) !== end) return;
  await requireSameAccount(app, client);
  await note(app, client, record, (context) => close(context, record));
}

const isReminded = (record: Rotation) => isHandedOver(record) || record.step === "finished";

const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
