import { InvalidInputError } from "../errors.ts";
import type { Rotation } from "./record.ts";

/** The predicate of the message, after the rotation's name, and the next step. */
const refusals = {
  otherAccount: ["belongs to another account", "Use the account in which it was begun."],
  gone: ["was ended or rolled back elsewhere", "Refresh: there is nothing left to do for it."],
  otherStep: ["is no longer at the step that was expected", "Refresh: another window may have gone on with it."],
  busy: ["is being worked on in another window", "Wait until that has finished, then refresh."],
  rotating: ["cannot be begun: the key is already being rotated", "Go on with that rotation, or end it first."],
  newOrphan: [
    "met another key of the new name, which has appeared meanwhile and may be the one that it created",
    "Refresh the keys and decide again.",
  ],
  incomplete: [
    "cannot go on: some keys of the account could not be read, and one of them may be the one that it created",
    "Try again; if it lasts, look at the keys on OpenRouter's website, and update this extension.",
  ],
  secretHeld: ["has the secret of the key that it created", "Continue it with that key instead of another."],
  newUnknown: [
    "created a key and holds its secret, but that key is not in the list of keys",
    "Refresh and continue; the secret is kept until the key is found.",
  ],
  newGone: ["would leave no key: the new one was deleted", "Roll it back, or end it and keep the old key."],
  newUnusable: [
    "would leave no usable key: the new one is disabled or expired",
    "Enable the new key, or roll it back.",
  ],
  enabledAgain: ["cannot delete the old key: it was enabled again", "Disable it before it is deleted."],
} as const satisfies Record<string, readonly [string, string]>;

export type StepRefusal = keyof typeof refusals;

/** Why a step was not taken. Nothing was changed. `reason` is for surfaces that say it in another language. */
export class RefusedStepError extends InvalidInputError {
  override name = "RefusedStepError";
  readonly reason: StepRefusal;

  constructor(reason: StepRefusal, { old }: Rotation) {
    const [what, nextStep] = refusals[reason];
    super(`The rotation of ${JSON.stringify(old.name)} ${what}.`, nextStep);
    this.reason = reason;
  }
}
