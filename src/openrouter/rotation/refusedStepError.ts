import { InvalidInputError } from "../errors.ts";
import type { Rotation } from "./record.ts";

/** For each reason, the end of the sentence `The rotation of "name" …`, and the next step. */
const refusals = {
  otherAccount: ["belongs to another account", "Switch to the account in which it was started."],
  gone: ["was finished or rolled back elsewhere", "Refresh. There is nothing left to do."],
  otherStep: ["is no longer at the expected step", "Refresh. Another window may have continued it."],
  busy: ["is in progress in another window", "Wait until that window has finished, then refresh."],
  rotating: ["can't be started: the key is already being rotated", "Continue or finish that rotation first."],
  newOrphan: [
    "found another key with the new name, which may be the one it created",
    "Refresh the keys and decide again.",
  ],
  incomplete: [
    "can't continue: some keys of the account could not be read, and the key it created may be among them",
    "Try again. If it keeps failing, check the keys on OpenRouter's website and update this extension.",
  ],
  secretStored: ["already has the secret of the key it created", "Continue with that key instead of another."],
  newUnknown: [
    "created a key and stored its secret, but the key is not in the list of keys",
    "Refresh and continue. The secret stays stored until the key is found.",
  ],
  newGone: ["would leave no key: the new key was deleted", "Roll it back, or finish it and keep the old key."],
  newUnusable: [
    "would leave no usable key: the new key is disabled or expired",
    "Enable the new key, or roll the rotation back.",
  ],
  enabledAgain: ["can't delete the old key: it was enabled again", "Disable the key first."],
} as const satisfies Record<string, readonly [string, string]>;

export type StepRefusal = keyof typeof refusals;

/** A refused step; nothing was changed. `reason` lets the editor translate the message. */
export class RefusedStepError extends InvalidInputError {
  override name = "RefusedStepError";
  readonly reason: StepRefusal;

  constructor(reason: StepRefusal, { old }: Rotation) {
    const [predicate, nextStep] = refusals[reason];
    super(`The rotation of ${JSON.stringify(old.name)} ${predicate}.`, nextStep);
    this.reason = reason;
  }
}
