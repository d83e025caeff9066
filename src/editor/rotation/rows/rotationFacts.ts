import * as vscode from "vscode";
import { clientTime } from "../../../openrouter/clientTime.ts";
import { isHandedOver, type Observation, observeOldKey } from "../../../openrouter/rotation/observe.ts";
import type { KeyRef, Rotation } from "../../../openrouter/rotation/record.ts";
import { formatExactMoney } from "../../../openrouter/text/format.ts";
import { shortLabel } from "../../../openrouter/text/redact.ts";
import type { SessionBound } from "../../account/session.ts";
import type { AccountData } from "../../data/accountData.ts";
import { isComplete } from "../../data/keyUpdates.ts";
import { displayLocale } from "../../platform/locale.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { limitText } from "../../ui/limitText.ts";
import { isOwnedElsewhere } from "../journal/owner.ts";
import { exactTime, isUnfinished, nextStepText, shortTime, spentText } from "../rotationText.ts";

// The state of a rotation and its keys, as rows, tooltips and messages show it.

/** The sources of the facts, besides the record. */
export interface RotationFactsOptions extends SessionBound<AccountData> {
  /** True while a flow of this window is working on it. */
  isRunningHere(id: string): boolean;
}

export interface RotationFacts {
  /** Where a flow is working on it now: in this window or another one. */
  runningIn: "here" | "elsewhere" | undefined;
  /** The old key as last read; undefined if it was deleted or has not been read yet. */
  old: Observation | undefined;
  oldState: KeyState;
  newState: KeyState;
}

type KeyState = "active" | "disabled" | "deleted" | "unknown";

export function rotationFacts(record: Rotation, { session, isRunningHere }: RotationFactsOptions): RotationFacts {
  const keys = session.data.keys.current;
  const findKey = (hash: string | undefined) => keys?.value.keys.find((one) => one.hash === hash);
  const [old, newKey] = [findKey(record.old.hash), findKey(record.new?.hash)];
  const state = (found: typeof old): KeyState => {
    if (found) return found.disabled ? "disabled" : "active";
    // A key that could not be read is missing from the list too.
    return keys?.complete && isComplete(keys.value) ? "deleted" : "unknown";
  };
  return {
    runningIn: isRunningHere(record.id)
      ? "here"
      : isUnfinished(record) && isOwnedElsewhere(record)
        ? "elsewhere"
        : undefined,
    old: old && keys && observeOldKey(record, old, clientTime(session.client, keys.readAt)),
    oldState: state(old),
    newState: record.new ? state(newKey) : "unknown",
  };
}

/** A child row of a rotation. */
export interface Field {
  label: string;
  description: string;
  icon: string;
  /** The full figure for the tooltip, if the row shows a rounded or shortened one. */
  exact?: string;
}

/** Returns the child rows of a rotation. */
export function rotationFields(record: Rotation, facts: RotationFacts): Field[] {
  const t = vscode.l10n.t;
  const { old, oldState, newState } = facts;
  const { startedAt, restoreLimit } = record;
  const key = (ref: KeyRef | undefined, state: KeyState) =>
    ref ? `${shortLabel(ref.label)} · ${keyStateText(state)} · ${safeLabel(ref.name)}` : keyStateText(state);
  const at = (iso: string) => ({ description: shortTime(iso), exact: exactTime(iso) });
  const next = isHandedOver(record) ? nextStepForKeys(record, facts) : nextStepText(record, false);
  const fields: Field[] = [
    { label: t("Started"), icon: "calendar", ...at(startedAt) },
    { label: t("Old Key"), icon: "key", description: key(record.old, oldState) },
    { label: t("New Key"), icon: "key", description: key(record.new, newState) },
    {
      label: t("Spent Since Rotation"),
      icon: "graph",
      ...(old
        ? { description: spentText(old.since), exact: spentText(old.since, exactly) }
        : { description: t("unknown") }),
    },
    {
      label: t("Last Used"),
      icon: "eye",
      ...lastUseField(record, old),
    },
    { label: t("Next Step"), icon: "arrow-right", description: next },
  ];
  if (restoreLimit) {
    const limit = limitText(restoreLimit.limit, record.body.limit_reset);
    const from = at(restoreLimit.from);
    fields.push({
      label: t("Limit to Restore"),
      icon: "dashboard",
      description: t("{0} from {1}", limit, from.description),
      exact: t("{0} from {1}", limit, from.exact),
    });
  }
  return fields;
}

function lastUseField({ lastSpentAt }: Rotation, old: Observation | undefined): Pick<Field, "description" | "exact"> {
  const t = vscode.l10n.t;
  // The record knows the last use of a key that can't be read.
  const lastUse = old ? old.lastUse : lastSpentAt && { at: lastSpentAt, isBefore: false };
  if (!lastUse) return { description: t("not since the rotation") };
  const { at, isBefore } = lastUse;
  if (!isBefore) return { description: shortTime(at), exact: exactTime(at) };
  return {
    description: t("{0}, before the rotation", shortTime(at)),
    exact: t("{0}, before the rotation", exactTime(at)),
  };
}

/** The next step. If a key was deleted elsewhere, it differs from the usual one. */
function nextStepForKeys(record: Rotation, { old, oldState, newState }: RotationFacts): string {
  if (newState === "deleted") return vscode.l10n.t("Roll back or end the rotation; the new key was deleted");
  if (oldState === "deleted") return vscode.l10n.t("End the rotation; the old key was deleted");
  return nextStepText(record, old?.isSilent ?? false);
}

function keyStateText(state: KeyState): string {
  const t = vscode.l10n.t;
  const texts = { active: t("active"), disabled: t("disabled"), deleted: t("deleted"), unknown: t("unknown") };
  return texts[state];
}

const exactly = (usd: number) => formatExactMoney(usd, displayLocale());
