import * as vscode from "vscode";
import type { Rotation } from "../../../openrouter/rotation/index.ts";
import { formatUtcDay } from "../../../openrouter/text/format.ts";
import { DAY_MS } from "../../../openrouter/time.ts";
import { displayLocale } from "../../platform/locale.ts";
import { pickOne } from "../../ui/pick.ts";
import { BACK } from "../../ui/wizard.ts";
import { rotationFor } from "../pickRotation.ts";
import { isUnfinished, rotationLabel } from "../rotationText.ts";
import type { RotationServices } from "../services.ts";

export const WEEK_DAYS = 7;

/** Pauses the reminders of a rotation for the picked number of days. */
export async function snoozeRotation(services: RotationServices, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const title = t("Snooze Rotation Reminder");
  const session = await services.sessions.for(target);
  const record = await rotationFor(services, session, target, {
    title,
    appliesTo: (one) => !isUnfinished(one),
    emptyMessage: t("There is no rotation with reminders to snooze."),
  });
  const durations = [
    { label: t("A Day"), value: 1 },
    { label: t("A Week"), value: WEEK_DAYS },
    { label: t("A Month"), value: 30 },
  ];
  const items = durations.map((duration) => ({
    ...duration,
    description: t("until {0}", formatUtcDay(inDays(duration.value), displayLocale())),
  }));
  const placeholder = t("For how long?");
  const days = await pickOne({ title: `${title}: ${rotationLabel(record)}`, account: session }, { items, placeholder });
  if (days !== BACK) await snoozeFor(services, record, days);
}

export async function snoozeFor({ registry }: RotationServices, record: Rotation, days: number): Promise<void> {
  const snoozedUntil = inDays(days);
  await registry.journal.update(record.id, (now) => ({ ...now, snoozedUntil }));
  const until = formatUtcDay(snoozedUntil, displayLocale());
  vscode.window.setStatusBarMessage(
    vscode.l10n.t("$(bell-slash) Reminders for {0} snoozed until {1}", rotationLabel(record), until),
    5_000,
  );
}

const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
