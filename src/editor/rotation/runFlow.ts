import * as vscode from "vscode";
import { type Client, ClientEndedError, getKey, NotFoundError, UncertainWriteError } from "../../openrouter/index.ts";
import {
  acknowledgeSecret,
  bindGuardrail,
  type KeyRef,
  RefusedStepError,
  type Rotation,
  type RotationContext,
} from "../../openrouter/rotation/index.ts";
import type { AccountSession } from "../data/accountData.ts";
import { withKeysAssigned } from "../data/guardrailUpdates.ts";
import { confirm } from "../platform/dialogs.ts";
import { errorLogText, errorText } from "../platform/errorText.ts";
import { commandIds } from "../platform/ids.ts";
import { quoted } from "../platform/quoted.ts";
import { reportErrors } from "../platform/registerCommands.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { copyNow } from "../secrets/copyNow.ts";
import { handOver } from "../secrets/handOver.ts";
import { runWithProgress } from "../ui/progress.ts";
import { warnOfDifferences } from "../ui/warnOfDifferences.ts";
import { replaceInFiles } from "./files/replaceInFiles.ts";
import { withoutOwnStamp } from "./journal/owner.ts";
import { isUnfinished, missingStepText, refusalText, rotationLabel, withLabelOfTwin } from "./rotationText.ts";
import type { RotationServices } from "./services.ts";

/** Builds the context in which the core runs its steps. */
export function stepContext(
  { registry, secrets }: RotationServices,
  session: AccountSession,
  signal?: AbortSignal,
): RotationContext {
  const { id, client } = session;
  return { client, journal: registry.journal, secrets: { ...secrets, store: storeOrCopy }, signal };

  /** If the secret can't be stored, offers it to the user before the step fails. It can't be shown again later. */
  async function storeOrCopy(key: KeyRef, secret: string): Promise<void> {
    try {
      await secrets.store(id, key, secret);
    } catch (error) {
      await copyNow(session, key, secret);
      throw error;
    }
  }
}

/** Runs a step of the core with a progress notification. Translates the core's refusals. */
export async function runStep<T>(
  services: RotationServices,
  session: AccountSession,
  record: Rotation,
  title: string,
  step: (context: RotationContext) => Promise<T>,
): Promise<T> {
  const counted = countWrites(session.client);
  const context = (signal: AbortSignal) => stepContext(services, { ...session, client: counted.client }, signal);
  return translateRefusal(
    record,
    runWithProgress(title, (signal) => step(context(signal))).catch((error: unknown) => {
      if (!(error instanceof ClientEndedError) || counted.writes() === 0) throw error;
      throw new Error(
        vscode.l10n.t(
          "The account was switched or removed before this step was complete. Nothing more was sent. Check the keys of that account.",
        ),
        { cause: error },
      );
    }),
  );
}

/** Wraps the client to count the writes that were sent. */
function countWrites(client: Client): { client: Client; writes(): number } {
  let writes = 0;
  const isWrite = ({ method, isReadOnly }: { method: string; isReadOnly?: boolean }) => method !== "GET" && !isReadOnly;
  return {
    writes: () => writes,
    client: {
      ...client,
      async request(call, options) {
        try {
          const answer = await client.request(call, options);
          if (isWrite(call)) writes += 1;
          return answer;
        } catch (error) {
          if (isWrite(call) && !(error instanceof ClientEndedError)) writes += 1;
          throw error;
        }
      },
    },
  };
}

/** Runs a step that only changes the record: shows no progress, and also works after the session has ended. */
export function runRecordStep<T>(
  services: RotationServices,
  session: AccountSession,
  record: Rotation,
  step: (context: RotationContext) => Promise<T>,
): Promise<T> {
  return translateRefusal(record, step(stepContext(services, session)));
}

async function translateRefusal<T>(record: Rotation, step: Promise<T>): Promise<T> {
  return step.catch((error: unknown) => {
    throw error instanceof RefusedStepError ? new Error(refusalText(record, error.reason), { cause: error }) : error;
  });
}

/**
 * Runs the steps of a rotation up to the hand-over of its secret. If they fail or the user cancels, shows what is
 * missing and offers to continue or roll back.
 */
export async function runFlow(services: RotationServices, id: string, steps: () => Promise<void>): Promise<void> {
  const { journal, markRunning } = services.registry;
  const markEnded = markRunning(id);
  try {
    await steps();
  } catch (error) {
    const record = await journal.read(id);
    // Nothing was created, or everything is done: reported like any other error.
    if (!record || !isUnfinished(record)) throw error;
    offerToContinue(services, record, interruptedText(services, record, error));
  } finally {
    markEnded();
    await journal.update(id, withoutOwnStamp);
  }
}

/** Assigns the guardrail to the new key and hands over its secret: "created" → "bound" → "pending". */
export async function bindAndHandOver(
  services: RotationServices,
  session: AccountSession,
  record: Rotation,
): Promise<void> {
  await showNewKey(services, session, record);
  const bound = record.step === "created" ? await assignGuardrail(services, session, record) : record;
  if (bound.guardrail) session.data.guardrails.change(withKeysAssigned(bound.guardrail.id, [bound.new!]));
  await handOverSecret(services, session, bound);
}

async function assignGuardrail(
  services: RotationServices,
  session: AccountSession,
  record: Rotation,
): Promise<Rotation> {
  const t = vscode.l10n.t;
  const { guardrail } = record;
  if (!guardrail) return runRecordStep(services, session, record, (context) => bindGuardrail(context, record));
  const name = safeLabel(guardrail.name);
  try {
    const title = t("Assigning the guardrail {0}", name);
    return await runStep(services, session, record, title, (context) => bindGuardrail(context, record));
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    const question = t("The guardrail {0} no longer exists.", quoted(guardrail.name));
    const detail = t(
      "None of its restrictions will apply to the new key. Cancel pauses the rotation; you can then roll it back.",
    );
    if (!(await confirm(session, question, t("Continue Without It"), [detail], t("Pause Rotation")))) throw error;
    return runRecordStep(services, session, record, (context) =>
      bindGuardrail(context, record, { withoutGuardrail: true }),
    );
  }
}

async function handOverSecret(services: RotationServices, session: AccountSession, record: Rotation): Promise<void> {
  const t = vscode.l10n.t;
  const name = rotationLabel(record);
  const isSaved = await handOver(services.secrets, session, record.new!, {
    title: t("The new secret of {0}", name),
    extraMethods: [replaceInFiles(record, (files) => rememberFiles(services, record, files))],
    acknowledge: async (how) =>
      void (await runRecordStep(services, session, record, (context) => acknowledgeSecret(context, record, how))),
  });
  if (!isSaved) throw new vscode.CancellationError();
  void reportErrors(services.log, commandIds.rotateKey, () => announceRotated(services, record, name));
}

/** Records which files contain the new secret, even if the user doesn't confirm the replacement. */
async function rememberFiles({ registry }: RotationServices, record: Rotation, files: vscode.Uri[]): Promise<void> {
  const added = files.map((uri) => uri.toString());
  await registry.journal.update(record.id, (now) => ({
    ...now,
    files: [...new Set([...(now.files ?? []), ...added])],
  }));
}

async function announceRotated(
  { sessions, registry, keys }: RotationServices,
  rotation: Rotation,
  name: string,
): Promise<void> {
  const t = vscode.l10n.t;
  const [disable, show] = [t("Disable Old Key"), t("Show")];
  const text = t(
    "{0} was rotated. Its old key still works. Disable it when nothing uses it anymore; until then it is listed under Pending Rotations.",
    name,
  );
  const message = withLabelOfTwin(sessions.current, rotation, text);
  const answer = await vscode.window.showInformationMessage(message, show, disable);
  if (answer === disable) await vscode.commands.executeCommand(commandIds.disableOldKey, { rotation });
  if (answer === show) await registry.reveal(keys, rotation.id);
}

/** Shows and selects the new key's row, even if the key is disabled. */
async function showNewKey({ keys, log }: RotationServices, session: AccountSession, record: Rotation): Promise<void> {
  const { hash } = record.new!;
  try {
    const key = await getKey(session.client, hash, { fresh: true });
    keys.showKey(session, key);
    if (record.step === "created") void warnOfDifferences(rotationLabel(record), record.body, key);
    await keys.reveal(session, hash);
  } catch (error) {
    // A failure to show the row must not delay the secret.
    log.warn(`Rotations: ${errorLogText(error)}`);
  }
}

/** Shows a message about an unfinished rotation, with buttons to continue it or roll it back. */
export function offerToContinue({ sessions, log }: RotationServices, rotation: Rotation, text: string): void {
  const [continueIt, rollBackIt] = [vscode.l10n.t("Continue"), vscode.l10n.t("Roll Back")];
  // The text may contain an error message with names from the account.
  const message = safeLabel(withLabelOfTwin(sessions.current, rotation, text));
  void vscode.window.showWarningMessage(message, continueIt, rollBackIt).then(
    (answer) => {
      const command =
        answer === continueIt
          ? commandIds.continueRotation
          : answer === rollBackIt
            ? commandIds.rollBackRotation
            : undefined;
      if (command) void vscode.commands.executeCommand(command, { rotation });
    },
    (error: unknown) => log.error(`Rotations: ${error}`),
  );
}

function interruptedText({ log }: RotationServices, record: Rotation, error: unknown): string {
  const t = vscode.l10n.t;
  const name = rotationLabel(record);
  const cancelled = error instanceof vscode.CancellationError;
  if (!cancelled) log.error(`Rotations: ${errorLogText(error)}`);
  const reason = cancelled || error instanceof UncertainWriteError ? "" : ` ${errorText(error)}`;
  const stateText =
    record.step === "creating"
      ? t(
          "The response to creating {0} was lost, so the new key may or may not exist. Continue looks for it first.",
          name,
        )
      : t("The rotation of {0} is paused: {1}.", name, missingStepText(record));
  return stateText + reason;
}
