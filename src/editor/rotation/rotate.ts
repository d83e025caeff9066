import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { getKey, type Key } from "../../openrouter/index.ts";
import {
  begin,
  type Choices,
  isCut,
  newRotation,
  type PlanInput,
  planRotation,
  type Rotation,
} from "../../openrouter/rotation/index.ts";
import { type App, clientOf, working } from "../app.ts";
import { keyName, memberName, workspaceNames } from "../data/names.ts";
import { nameStep } from "../keys/edit.ts";
import { keyFor } from "../keys/pickKey.ts";
import { commandIds } from "../platform/ids.ts";
import { runReported } from "../platform/register.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { reviewStep } from "../ui/review.ts";
import { wizard } from "../ui/wizard.ts";
import { expiryStep, limitStep, proposedName } from "./choices.ts";
import { inFlow, proceed, takeStep } from "./flow.ts";
import { mine } from "./journal/owner.ts";
import { carriedLines, notes } from "./reviewText.ts";

/**
 * Rotates a key: shows what carries over, creates the new key, binds it, and hands its secret over. The old key stays as
 * it is. `GET /keys/{hash}`, `POST /keys`, `POST /guardrails/{id}/assignments/keys`
 */
export async function rotateKey(app: App, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const title = t("Rotate Key");
  const client = await clientOf(app);
  const chosen = await keyFor(app, target, { title });
  if (await isRotating(app, chosen)) return;
  const key = await working(t("Reading {0}", keyName(chosen)), async (signal) => {
    const [read] = await Promise.all([
      getKey(client, chosen.hash, { signal, fresh: true }),
      app.data.guardrails.load({ fresh: true }),
      app.data.members.ensure(),
    ]);
    return read;
  });
  const input = inputFor(app, key, client.now());
  const plan = (choices: Choices) => planRotation(key, { ...input, choices });
  const members = new Map(app.data.members.current?.value.members.map((one) => [one.id, memberName(one)]));
  const review = reviewStep<Choices>(title, (choices) => ({
    lines: carriedLines(plan(choices), (id) => members.get(id)),
    notes: [...notes(plan(choices)), ...unreadNotes(app)],
  }));
  const steps = [
    nameStep<Choices>(proposedName(key, input.now)),
    limitStep(key, input),
    expiryStep(key, input.now),
    review,
  ];
  const choices = await wizard<Choices>(`${title}: ${keyName(key)}`, {}, steps);

  const planned: Rotation = { ...newRotation(key, plan(choices), { id: randomUUID(), now: input.now }), owner: mine() };
  await inFlow(app, planned.id, async () => {
    const creating = t("Creating the new key of {0}", keyName(key));
    const created = await takeStep(app, client, planned, creating, (context) => begin(context, planned));
    await proceed(app, client, created);
  });
}

/** A key is rotated once at a time: what is under way is shown instead of the questions; `begin` asks again. */
async function isRotating(app: App, key: Key): Promise<boolean> {
  const { rotations } = app;
  await rotations.journal.reload();
  const under = rotations.journal.all().find(({ old, step }) => old.hash === key.hash && step !== "finished");
  if (!under) return false;
  const show = vscode.l10n.t("Show");
  const text = vscode.l10n.t("{0} is being rotated already: go on with that rotation, or end it first.", keyName(key));
  void vscode.window.showInformationMessage(text, show).then((answer) => {
    if (answer === show) void runReported(app.log, commandIds.rotateKey, () => rotations.reveal(app, under.id));
  });
  return true;
}

function inputFor(app: App, key: Key, now: Date): PlanInput {
  const guardrails = app.data.guardrails.current?.value;
  const assignment = guardrails?.keyAssignments.find(({ key_hash }) => key_hash === key.hash);
  const guardrail = assignment && {
    id: assignment.guardrail_id,
    name: guardrails?.guardrails.find(({ id }) => id === assignment.guardrail_id)?.name ?? assignment.guardrail_id,
  };
  // Where an earlier rotation cut this key's limit, and nobody has changed it since, the true one is still to come.
  const earlier = app.rotations.journal.all().find((record) => record.new?.hash === key.hash);
  return {
    guardrail,
    workspaceName: workspaceNames(app.data.keys.current?.value.workspaces).get(key.workspace_id ?? ""),
    wholeLimit: earlier && isCut(earlier, key) ? earlier.restoreLimit?.limit : undefined,
    now,
  };
}

function unreadNotes({ data: { guardrails } }: App): string[] {
  const { failure } = guardrails;
  return failure
    ? [
        vscode.l10n.t(
          "The guardrails could not be read just now: assign one by hand if need be. {0}",
          safeLabel(failure),
        ),
      ]
    : [];
}
