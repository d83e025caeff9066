import * as vscode from "vscode";
import { type Client, getKey, NotFoundError, UncertainWriteError } from "../../openrouter/index.ts";
import {
  acknowledge,
  bind,
  type KeyRef,
  RefusedStepError,
  type Rotation,
  type RotationContext,
} from "../../openrouter/rotation/index.ts";
import { type App, requireSameAccount, working } from "../app.ts";
import { withBound, withKey } from "../data/updates.ts";
import { errorText } from "../platform/errorText.ts";
import { commandIds } from "../platform/ids.ts";
import { runReported } from "../platform/register.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { copyAtOnce } from "../secrets/copyAtOnce.ts";
import { handOver } from "../secrets/handOver.ts";
import { warnOfDifferences } from "../ui/warnOfDifferences.ts";
import { replaceInFiles } from "./files/replaceInFiles.ts";
import { withoutMine } from "./journal/owner.ts";
import { isUnfinished, missingText, refusalText, rotationLabel } from "./rotationText.ts";

/** What the core's steps work with. */
function contextOf(app: App, client: Client, signal?: AbortSignal): RotationContext {
  return { client, journal: app.rotations.journal, secrets: { ...app.held, hold }, signal };

  /** A secret that cannot be held is shown once, before the step fails: nobody could have it again. */
  async function hold(key: KeyRef, secret: string): Promise<void> {
    try {
      await app.held.hold(key, secret);
    } catch (error) {
      await copyAtOnce(key, secret);
      throw error;
    }
  }
}

/**
 * Takes a step of the core, for which the person can wait, in the account that was in use when the command began.
 * What the core refuses is said in the reader's language.
 */
export async function takeStep<T>(
  app: App,
  client: Client,
  record: Rotation,
  title: string,
  step: (context: RotationContext) => Promise<T>,
): Promise<T> {
  await requireSameAccount(app, client);
  return translated(
    record,
    working(title, (signal) => step(contextOf(app, client, signal))),
  );
}

/** As `takeStep`, for what asks OpenRouter nothing: it is in no account, and nobody has to wait for it. */
export function note<T>(
  app: App,
  client: Client,
  record: Rotation,
  step: (context: RotationContext) => Promise<T>,
): Promise<T> {
  return translated(record, step(contextOf(app, client)));
}

async function translated<T>(record: Rotation, step: Promise<T>): Promise<T> {
  return step.catch((error: unknown) => {
    throw error instanceof RefusedStepError ? new Error(refusalText(record, error.reason), { cause: error }) : error;
  });
}

/**
 * Runs the steps of a rotation that is not handed over yet. Where they end too early, by a failure or because the person
 * closed an input, it is said where the rotation stands and how it goes on.
 */
export async function inFlow(app: App, id: string, steps: () => Promise<void>): Promise<void> {
  const { journal, enter } = app.rotations;
  const leave = enter(id);
  try {
    await steps();
  } catch (error) {
    const record = await journal.read(id);
    // Nothing was created, or all is done: a failure as any other.
    if (!record || !isUnfinished(record)) throw error;
    offerWays(app, record, interruptedText(app, record, error));
  } finally {
    leave();
    await journal.update(id, withoutMine);
  }
}

/** From the new key to the person's having its secret: "created" → "bound" → "pending". */
export async function proceed(app: App, client: Client, record: Rotation): Promise<void> {
  await showNewKey(app, client, record);
  const bound = record.step === "created" ? await bindOrAsk(app, client, record) : record;
  if (bound.guardrail) app.data.guardrails.change(withBound(bound.guardrail.id, bound.new!));
  await handOverSecret(app, client, bound);
}

async function bindOrAsk(app: App, client: Client, record: Rotation): Promise<Rotation> {
  const t = vscode.l10n.t;
  const { guardrail } = record;
  if (!guardrail) return note(app, client, record, (context) => bind(context, record));
  const name = safeLabel(guardrail.name);
  try {
    const title = t("Assigning the guardrail {0}", name);
    return await takeStep(app, client, record, title, (context) => bind(context, record));
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    const without = t("Go On Without It");
    const detail = t(
      "Nothing of it would bind the new key. Cancel leaves the rotation where it is; it can be rolled back.",
    );
    const question = t("The guardrail {0} no longer exists.", name);
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, without)) !== without) throw error;
    return note(app, client, record, (context) => bind(context, record, { withoutGuardrail: true }));
  }
}

async function handOverSecret(app: App, client: Client, record: Rotation): Promise<void> {
  const t = vscode.l10n.t;
  const name = rotationLabel(record);
  const done = await handOver(app.held, record.new!, {
    title: t("The new secret of {0}", name),
    more: [replaceInFiles(record)],
    acknowledge: async (how) => void (await note(app, client, record, (context) => acknowledge(context, record, how))),
  });
  if (!done) throw new vscode.CancellationError();
  void runReported(app.log, commandIds.rotateKey, () => tellRotated(app, record, name));
}

async function tellRotated(app: App, record: Rotation, name: string): Promise<void> {
  const t = vscode.l10n.t;
  const [disable, show] = [t("Disable Old Key"), t("Show")];
  const text = t(
    "{0} was rotated. Its old key still works: disable it once nothing uses it. Until then it is under Pending Rotations.",
    name,
  );
  const answer = await vscode.window.showInformationMessage(text, show, disable);
  if (answer === disable) await vscode.commands.executeCommand(commandIds.disableOldKey, { rotation: record });
  if (answer === show) await app.rotations.reveal(app, record.id);
}

/** The row of the new key, also where disabled keys or a filter hide others. */
async function showNewKey(app: App, client: Client, record: Rotation): Promise<void> {
  const { hash } = record.new!;
  try {
    const key = await getKey(client, hash, { fresh: true });
    app.views.keys.touch(hash);
    app.data.keys.change(withKey(key));
    if (record.step === "created") void warnOfDifferences(rotationLabel(record), record.body, key);
    await app.views.keys.reveal(hash);
  } catch (error) {
    // The row can wait; the secret cannot.
    app.log.warn(`Rotations: ${errorText(error)}`);
  }
}

/** Says something of an unfinished rotation, with the two ways on. */
export function offerWays(app: App, record: Rotation, text: string): void {
  const [go, back] = [vscode.l10n.t("Continue"), vscode.l10n.t("Roll Back")];
  // It may end with an error's words, which are the account's in part.
  void vscode.window.showWarningMessage(safeLabel(text), go, back).then(
    (answer) => {
      const command =
        answer === go ? commandIds.continueRotation : answer === back ? commandIds.rollBackRotation : undefined;
      if (command) void vscode.commands.executeCommand(command, { rotation: record });
    },
    (error: unknown) => app.log.error(`Rotations: ${error}`),
  );
}

function interruptedText(app: App, record: Rotation, error: unknown): string {
  const t = vscode.l10n.t;
  const name = rotationLabel(record);
  const cancelled = error instanceof vscode.CancellationError;
  if (!cancelled) app.log.error(`Rotations: ${errorText(error)}`);
  const reason = cancelled || error instanceof UncertainWriteError ? "" : ` ${errorText(error)}`;
  const standing =
    record.step === "creating"
      ? t(
          "The answer to the creation of {0} was lost: the new key may exist or not. Continue looks for it first.",
          name,
        )
      : t("The rotation of {0} waits: {1}.", name, missingText(record));
  return standing + reason;
}
