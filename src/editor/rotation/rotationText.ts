import * as vscode from "vscode";
import type { Observation } from "../../openrouter/rotation/observe.ts";
import type { Rotation, SpendSoFar } from "../../openrouter/rotation/record.ts";
import type { StepRefusal } from "../../openrouter/rotation/refusedStepError.ts";
import { dropFloatNoise } from "../../openrouter/text/figures.ts";
import { formatMoney } from "../../openrouter/text/format.ts";
import { shortLabel } from "../../openrouter/text/redact.ts";
import { keyName } from "../data/names.ts";
import { safeLabel } from "../platform/safeLabel.ts";

// Words for a rotation, in the reader's language.

/** True until the person has the new secret: it is to be continued or rolled back. */
export function isUnfinished({ step }: Pick<Rotation, "step">): boolean {
  return step === "creating" || step === "created" || step === "bound";
}

/** True once the person has the new secret, until the old key is dealt with. */
export function isHandedOver({ step }: Pick<Rotation, "step">): boolean {
  return step === "pending" || step === "disabled";
}

/** The old key's name, and the new one's where it differs. */
export function rotationLabel({ old, body }: Rotation): string {
  const name = keyName(old);
  return body.name === old.name ? name : `${name} → ${safeLabel(body.name)}`;
}

/** Old label → new label: what tells two keys of one name apart. */
export function labelsText(record: Rotation): string {
  const successor = record.new ? shortLabel(record.new.label) : "?";
  return `${shortLabel(record.old.label)} → ${successor}`;
}

/** Says what an unfinished rotation lacks. */
export function missingStepText({ step, guardrail }: Rotation): string {
  const t = vscode.l10n.t;
  if (step === "creating") return t("unknown whether the new key was created");
  if (step === "created" && guardrail) return t("guardrail not assigned yet");
  return t("secret not handed over yet");
}

/** The step that comes next, as an instruction. */
export function nextStepText({ step, guardrail }: Rotation, silent: boolean): string {
  const t = vscode.l10n.t;
  switch (step) {
    case "creating":
      return t("Continue: see whether the new key was created, and go on");
    case "created":
      return guardrail ? t("Continue: assign the guardrail {0}", safeLabel(guardrail.name)) : t("Continue");
    case "bound":
      return t("Continue: hand the secret over");
    case "pending":
      return silent
        ? t("Disable the old key")
        : t("Replace the old key where it is used; disable it once it is silent");
    case "disabled":
      return t("Delete the old key; disabled, it keeps its history");
    default:
      return t("Restore the limit of the new key");
  }
}

/** Says why the core refused a step. */
export function refusalText(record: Rotation, reason: StepRefusal): string {
  const t = vscode.l10n.t;
  const name = rotationLabel(record);
  switch (reason) {
    case "otherAccount":
      return t("The rotation of {0} belongs to another account.", name);
    case "otherStep":
      return t("This rotation has gone on meanwhile, perhaps in another window.");
    case "gone":
      return t("The rotation of {0} was ended or rolled back meanwhile, perhaps in another window.", name);
    case "busy":
      return t("Another window is working on the rotation of {0}. Try again once it has finished.", name);
    case "rotating":
      return t("{0} is being rotated already: go on with that rotation, or end it first.", keyName(record.old));
    case "incomplete":
      return t(
        "Some keys of the account could not be read; one of them may belong to the rotation of {0}. Nothing was sent.",
        name,
      );
    case "secretHeld":
      return t("The rotation of {0} has created a key, and VS Code holds its secret. Continue with that key.", name);
    case "newUnknown":
      return t(
        "The rotation of {0} has created a key that is not in the list of keys. VS Code keeps its secret: refresh the keys and continue.",
        name,
      );
    case "newGone":
      return t(
        "The new key of {0} was deleted: the old one is the last. Roll the rotation back, or end it and keep the old key.",
        name,
      );
    case "newUnusable":
      return t(
        "The new key of {0} is disabled or expired, and no other would work. Enable it, or roll the rotation back.",
        name,
      );
    case "newOrphan":
      return t(
        "Another key {0} has appeared; it may be the one that this rotation created. Refresh the keys and decide again.",
        safeLabel(record.body.name),
      );
    case "enabledAgain":
      return t("The old key of {0} was enabled again. Disable it before it is deleted.", name);
  }
}

/** What the old key spent since the rotation, credits and BYOK. */
export function spentText({ usage, byok_usage }: SpendSoFar, amount: (usd: number) => string = dollars): string {
  // A counter can be corrected downwards.
  const [credits, byok] = [Math.max(0, dropFloatNoise(usage)), Math.max(0, dropFloatNoise(byok_usage))];
  return amount(credits) + (byok ? ` + ${vscode.l10n.t("{0} BYOK", amount(byok))}` : "");
}

/** What the old key spent since, and when. */
export function usageText(seen: Observation): string {
  const silence = silenceText(seen);
  return seen.record.lastSpentAt
    ? `${vscode.l10n.t("{0} since the rotation", spentText(seen.since))} · ${silence}`
    : silence;
}

/** When the old key was last seen in use, or since when it has not been. */
export function silenceText({ record, isSilent }: Pick<Observation, "record" | "isSilent">): string {
  const t = vscode.l10n.t;
  const { lastSpentAt } = record;
  if (!lastSpentAt) return isSilent ? t("silent since the rotation") : t("nothing spent since the rotation");
  return isSilent ? t("silent since {0}", shortTime(lastSpentAt)) : t("last seen in use {0}", shortTime(lastSpentAt));
}

/** Hours and minutes, with the date where it is not today's. */
export function shortTime(iso: string, now: Date = new Date()): string {
  const at = new Date(iso);
  const date = at.toDateString() === now.toDateString() ? {} : { dateStyle: "medium" as const };
  return new Intl.DateTimeFormat(vscode.env.language, { ...date, timeStyle: "short" }).format(at);
}

const dollars = (usd: number) => formatMoney(usd, vscode.env.language);
