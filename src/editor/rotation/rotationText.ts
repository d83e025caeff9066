import * as vscode from "vscode";
import type { Observation } from "../../openrouter/rotation/observe.ts";
import type { Rotation, SpendSoFar } from "../../openrouter/rotation/record.ts";
import type { StepRefusal } from "../../openrouter/rotation/refusedStepError.ts";
import { dropFloatNoise } from "../../openrouter/text/figures.ts";
import { visualForm } from "../../openrouter/text/fold.ts";
import { formatMoment, formatMoney } from "../../openrouter/text/format.ts";
import { shortLabel } from "../../openrouter/text/redact.ts";
import type { AccountSession } from "../data/accountData.ts";
import { describeKey } from "../data/describeKey.ts";
import { keyName } from "../data/names.ts";
import { displayLocale } from "../platform/locale.ts";
import { quoted } from "../platform/quoted.ts";
import { safeLabel } from "../platform/safeLabel.ts";

// Texts about a rotation, in the display language.

/** True until the user has the new secret. Such a rotation can be continued or rolled back. */
export function isUnfinished({ step }: Pick<Rotation, "step">): boolean {
  return step === "creating" || step === "created" || step === "bound";
}

/** The old key's name, and the new key's name if it differs. */
export function rotationLabel({ old, body }: Rotation): string {
  const name = keyName(old);
  return body.name === old.name ? name : `${name} → ${safeLabel(body.name)}`;
}

/** Like `rotationLabel`, for questions: names the old key by name, label and workspace, see `describeKey`. */
export function describeRotation(session: AccountSession, { old, body }: Rotation): string {
  const name = describeKey(session, old);
  return body.name === old.name ? name : `${name} → ${quoted(body.name)}`;
}

/** Adds the old key's label to a notification if the account has other keys of that name. */
export function withLabelOfTwin(
  session: AccountSession | undefined,
  { old, new: created }: Rotation,
  text: string,
): string {
  const keys = session?.data.keys.current?.value.keys ?? [];
  const shown = visualForm(keyName(old));
  const hasTwin = keys.some(
    (key) => key.hash !== old.hash && key.hash !== created?.hash && visualForm(keyName(key)) === shown,
  );
  return hasTwin ? `${text} ${vscode.l10n.t("Old key: {0}.", shortLabel(old.label))}` : text;
}

/** Old label → new label, which distinguish keys of the same name. */
export function labelsText(record: Rotation): string {
  const newLabel = record.new ? shortLabel(record.new.label) : "?";
  return `${shortLabel(record.old.label)} → ${newLabel}`;
}

/** The step that an unfinished rotation is missing. */
export function missingStepText({ step, guardrail }: Rotation): string {
  const t = vscode.l10n.t;
  if (step === "creating") return t("unknown whether the new key was created");
  if (step === "created" && guardrail) return t("guardrail not assigned yet");
  return t("secret not saved yet");
}

/** The next step, as an instruction. */
export function nextStepText({ step, guardrail }: Rotation, silent: boolean): string {
  const t = vscode.l10n.t;
  switch (step) {
    case "creating":
      return t("Continue: check whether the new key was created");
    case "created":
      return guardrail ? t("Continue: assign the guardrail {0}", safeLabel(guardrail.name)) : t("Continue");
    case "bound":
      return t("Continue: save the new secret");
    case "pending":
      return silent
        ? t("Disable the old key")
        : t("Replace the old key where it is used; disable it when it is unused");
    case "disabled":
      return t("Delete the old key, or leave it disabled to keep its history");
    default:
      return t("Restore the limit of the new key");
  }
}

/** Explains why the core refused a step. */
export function refusalText(record: Rotation, reason: StepRefusal): string {
  const t = vscode.l10n.t;
  const name = rotationLabel(record);
  switch (reason) {
    case "otherAccount":
      return t("The rotation of {0} belongs to another account.", name);
    case "otherStep":
      return t("This rotation has continued in the meantime, perhaps in another window.");
    case "gone":
      return t("The rotation of {0} was ended or rolled back in the meantime, perhaps in another window.", name);
    case "busy":
      return t("Another window is working on the rotation of {0}. Try again once it has finished.", name);
    case "rotating":
      return t("{0} is already being rotated. Continue or end that rotation first.", keyName(record.old));
    case "incomplete":
      return t("Some keys couldn't be read; one of them may belong to the rotation of {0}. Nothing was sent.", name);
    case "secretStored":
      return t("The rotation of {0} has created a key, and VS Code stores its secret. Continue with that key.", name);
    case "newUnknown":
      return t(
        "The rotation of {0} has created a key that is not in the list of keys. VS Code stores its secret. Refresh the keys and continue.",
        name,
      );
    case "newGone":
      return t(
        "The new key of {0} was deleted, so only the old key is left. Roll back the rotation, or end it and keep the old key.",
        name,
      );
    case "newUnusable":
      return t(
        "The new key of {0} is disabled or expired, so no key would work. Enable it, or roll back the rotation.",
        name,
      );
    case "newOrphan":
      return t(
        "Another key {0} has appeared; it may be the one that this rotation created. Refresh the keys and decide again.",
        safeLabel(record.body.name),
      );
    case "enabledAgain":
      return t("The old key of {0} was enabled again. Disable it before you delete it.", name);
  }
}

/** An amount of credits and BYOK spend, USD. */
export function spentText({ usage, byok_usage }: SpendSoFar, amount: (usd: number) => string = dollars): string {
  // OpenRouter may correct a counter downwards.
  const [credits, byok] = [Math.max(0, dropFloatNoise(usage)), Math.max(0, dropFloatNoise(byok_usage))];
  return amount(credits) + (byok ? ` + ${vscode.l10n.t("{0} BYOK", amount(byok))}` : "");
}

/** The old key's spend since the rotation, and when it was last used. @param time formats the time */
export function usageText(observation: Observation, time: (iso: string) => string = shortTime): string {
  const lastSeen = lastSeenText(observation, time);
  return observation.record.lastSpentAt
    ? `${vscode.l10n.t("{0} since the rotation", spentText(observation.since))} · ${lastSeen}`
    : lastSeen;
}

/** When the old key was last used, or since when it has been unused. */
export function lastSeenText(
  { lastUse, isSilent }: Pick<Observation, "lastUse" | "isSilent">,
  time: (iso: string) => string = shortTime,
): string {
  const t = vscode.l10n.t;
  if (!lastUse) return isSilent ? t("unused since the rotation") : t("nothing spent since the rotation");
  if (isSilent) return t("unused since {0}", time(lastUse.at));
  return lastUse.isExact ? t("last used {0}", time(lastUse.at)) : t("last seen in use {0}", time(lastUse.at));
}

/** When the old key was last used, as short as a row needs it. */
export function oldKeyText(observation: Observation): string {
  const t = vscode.l10n.t;
  const { lastUse, isSilent } = observation;
  if (!lastUse) return t("old key: {0}", lastSeenText(observation));
  const at = shortTime(lastUse.at);
  return isSilent ? t("old key unused since {0}", at) : t("old key used {0}", at);
}

/** The time of the local time zone and in UTC. */
export const exactTime = (iso: string) => formatMoment(iso, displayLocale());

/** Hours and minutes, with the date unless it is today. */
export function shortTime(iso: string, now: Date = new Date()): string {
  const at = new Date(iso);
  const date = at.toDateString() === now.toDateString() ? {} : { dateStyle: "medium" as const };
  return new Intl.DateTimeFormat(displayLocale(), { ...date, timeStyle: "short" }).format(at);
}

const dollars = (usd: number) => formatMoney(usd, displayLocale());
