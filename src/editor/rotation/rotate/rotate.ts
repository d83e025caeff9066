import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { getKey, type Key } from "../../../openrouter/index.ts";
import {
  beginRotation,
  newRotation,
  planRotation,
  type Rotation,
  type RotationChoices,
} from "../../../openrouter/rotation/index.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { describeKey } from "../../data/describeKey.ts";
import { keyName, memberName } from "../../data/names.ts";
import { keyNameStep } from "../../keys/keySteps.ts";
import { keyFor } from "../../keys/pickKey.ts";
import { commandIds } from "../../platform/ids.ts";
import { reportErrors } from "../../platform/registerCommands.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { runWithProgress } from "../../ui/progress.ts";
import { reviewStep } from "../../ui/reviewStep.ts";
import { wizard } from "../../ui/wizard.ts";
import { bindAndHandOver, runFlow, runStep } from "../runFlow.ts";
import type { RotationServices } from "../services.ts";
import { expiryStep, limitSteps, suggestedName } from "./choices.ts";
import { inputFor } from "./planInput.ts";
import { carriedLines, planNotes } from "./reviewText.ts";

/**
 * Rotates a key: shows what carries over, creates the new key, assigns its guardrail, and hands over its secret. Does not
 * change the old key. `GET /keys/{hash}`, `POST /keys`, `POST /guardrails/{id}/assignments/keys`
 */
export async function rotateKey(services: RotationServices, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const title = t("Rotate Key");
  const session = await services.sessions.for(target);
  const { client, data } = session;
  const chosen = await keyFor(services.keys, session, target, { title });
  if (await isRotating(services, chosen)) return;
  const key = await runWithProgress(t("Loading {0}", keyName(chosen)), async (signal) => {
    const [read] = await Promise.all([
      getKey(client, chosen.hash, { signal, fresh: true }),
      data.guardrails.load({ fresh: true }),
      data.members.ensure(),
    ]);
    return read;
  });
  const input = inputFor(services, session, key);
  const plan = (choices: RotationChoices) => planRotation(key, { ...input, choices });
  const members = new Map(data.members.current?.value.members.map((one) => [one.id, memberName(one)]));
  const review = reviewStep<RotationChoices>(title, (choices) => ({
    lines: carriedLines(plan(choices), (id) => members.get(id)),
    notes: [...planNotes(plan(choices)), ...unreadNotes(session)],
  }));
  const steps = [
    keyNameStep<RotationChoices>(suggestedName(key, input.now)),
    ...limitSteps(key, input),
    expiryStep(key, input.now),
    review,
  ];
  const about = describeKey(session, key);
  const choices = await wizard<RotationChoices>(session, `${title}: ${keyName(key)}`, {}, steps, about);

  const options = { id: randomUUID(), now: input.now, account: session.id };
  const planned: Rotation = {
    ...newRotation(key, plan(choices), options),
    foundIn: filesOf(target),
    owner: await services.registry.ownerStamp(),
  };
  await runFlow(services, planned.id, async () => {
    const creating = t("Creating the new key of {0}", keyName(key));
    const created = await runStep(services, session, planned, creating, (context) => beginRotation(context, planned));
    await bindAndHandOver(services, session, created);
  });
}

/** The files in which the search for leaked keys found the key, if the command was run on what it found. */
function filesOf(target: unknown): string[] | undefined {
  return (target as { foundIn?: string[] } | undefined)?.foundIn;
}

/** If the key is already being rotated, shows that rotation instead of the wizard. `beginRotation` checks this again. */
async function isRotating({ registry, keys, log }: RotationServices, key: Key): Promise<boolean> {
  await registry.reload();
  const inProgress = registry.journal.all().find(({ old, step }) => old.hash === key.hash && step !== "finished");
  if (!inProgress) return false;
  const show = vscode.l10n.t("Show");
  const text = vscode.l10n.t("{0} is already being rotated. Continue or end that rotation first.", keyName(key));
  void vscode.window.showInformationMessage(text, show).then((answer) => {
    if (answer === show) void reportErrors(log, commandIds.rotateKey, () => registry.reveal(keys, inProgress.id));
  });
  return true;
}

function unreadNotes({ data: { guardrails } }: AccountSession): string[] {
  const { failure } = guardrails;
  if (!failure) return [];
  return [
    vscode.l10n.t(
      "Couldn't load the guardrails. If the key needs one, assign it after the rotation. {0}",
      safeLabel(failure),
    ),
  ];
}
