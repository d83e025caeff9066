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
import { withKeysAssigned } from "../data/updates.ts";
import { confirm } from "../platform/dialogs.ts";
import { errorText } from "../platform/errorText.ts";
import { commandIds } from "../platform/ids.ts";
import { reportErrors } from "../platform/registerCommands.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { copyNow } from "../secrets/copyNow.ts";
import { handOver } from "../secrets/handOver.ts";
import { runWithProgress } from "../ui/progress.ts";
import { warnOfDifferences } from "../ui/warnOfDifferences.ts";
import { replaceInFiles } from "./files/replaceInFiles.ts";
import { withoutOwnStamp } from "./journal/owner.ts";
import { isUnfinished, missingStepText, refusalText, rotationLabel } from "./rotationText.ts";
import type { RotationServices } from "./services.ts";

/** What the core's steps work with. */
function contextOf(
  { registry, secrets }: RotationServices,
  { id, client }: AccountSession,
  signal?: AbortSignal,
): RotationContext {
  return { client, journal: registry.journal, secrets: { ...secrets, hold }, signal };

  /** A secret that cannot be held is shown once, before the step fails: nobody could have it again. */
  async function hold(key: KeyRef, secret: string): Promise<void> {
    try {
      await secrets.hold(id, key, secret);
    } catch (error) {
      await copyNow(key, secret);
      throw error;
    }
  }
}

/** Takes a step of the core, for which the person can wait. What the core refuses is said in the reader's language. */
export async function runStep<T>(
  services: RotationServices,
  session: AccountSession,
  record: Rotation,
  title: string,
  step: (context: RotationContext) => Promise<T>,
): Promise<T> {
  const counting = countWrites(session.client);
  const context = (signal: AbortSignal) => contextOf(services, { ...session, client: counting.client }, signal);
  return translateRefusal(
    record,
    runWithProgress(title, (signal) => step(context(signal))).catch((error: unknown) => {
      if (!(error instanceof ClientEndedError) || counting.writes() === 0) throw error;
      throw new Error(
        vscode.l10n.t("The account was changed meanwhile; nothing more was sent. Look at what there is there now."),
        { cause: error },
      );
    }),
  );
}

/** The client, and how many of its requests that change something were sent. */
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

/** As `runStep`, for what only changes the record: nobody has to wait for it, and an ended session does not prevent it. */
export function runRecordStep<T>(
  services: RotationServices,
  session: AccountSession,
  record: Rotation,
  step: (context: RotationContext) => Promise<T>,
): Promise<T> {
  return translateRefusal(record, step(contextOf(services, session)));
}

async function translateRefusal<T>(record: Rotation, step: Promise<T>): Promise<T> {
  return step.catch((error: unknown) => {
    throw error instanceof RefusedStepError ? new Error(refusalText(record, error.reason), { cause: error }) : error;
  });
}

/**
 * Runs the steps of a rotation that is not handed over yet. Where they end too early, by a failure or because the person
 * closed an input, it is said where the rotation stands and how it goes on.
 */
export async function runFlow(services: RotationServices, id: string, steps: () => Promise<void>): Promise<void> {
  const { journal, markRunning } = services.registry;
  const leave = markRunning(id);
  try {
    await steps();
  } catch (error) {
    const record = await journal.read(id);
    // Nothing was created, or all is done: a failure as any other.
    if (!record || !isUnfinished(record)) throw error;
    offerToContinue(services, record, interruptedText(services, record, error));
  } finally {
    leave();
    await journal.update(id, withoutOwnStamp);
  }
}

/** From the new key to the person's having its secret: "created" → "bound" → "pending". */
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
    const question = t("The guardrail {0} no longer exists.", name);
    const detail = t(
      "Nothing of it would bind the new key. Cancel leaves the rotation where it is; it can be rolled back.",
    );
    if (!(await confirm(question, t("Go On Without It"), [detail]))) throw error;
    return runRecordStep(services, session, record, (context) =>
      bindGuardrail(context, record, { withoutGuardrail: true }),
    );
  }
}

async function handOverSecret(services: RotationServices, session: AccountSession, record: Rotation): Promise<void> {
  const t = vscode.l10n.t;
  const name = rotationLabel(record);
  const done = await handOver(services.secrets, record.new!, {
    title: t("The new secret of {0}", name),
    extraMethods: [replaceInFiles(record)],
    acknowledge: async (how) =>
      void (await runRecordStep(services, session, record, (context) => acknowledgeSecret(context, record, how))),
  });
  if (!done) throw new vscode.CancellationError();
  void reportErrors(services.log, commandIds.rotateKey, () => announceRotated(services, record, name));
}

async function announceRotated({ registry, keys }: RotationServices, rotation: Rotation, name: string): Promise<void> {
  const t = vscode.l10n.t;
  const [disable, show] = [t("Disable Old Key"), t("Show")];
  const text = t(
    "{0} was rotated. Its old key still works: disable it once nothing uses it. Until then it is under Pending Rotations.",
    name,
  );
  const answer = await vscode.window.showInformationMessage(text, show, disable);
  if (answer === disable) await vscode.commands.executeCommand(commandIds.disableOldKey, { rotation });
  if (answer === show) await registry.reveal(keys, rotation.id);
}

/** Shows the row of the new key, also where disabled keys or a filter hide others. */
async function showNewKey({ keys, log }: RotationServices, session: AccountSession, record: Rotation): Promise<void> {
  const { hash } = record.new!;
  try {
    const key = await getKey(session.client, hash, { fresh: true });
    keys.showKey(session, key);
    if (record.step === "created") void warnOfDifferences(rotationLabel(record), record.body, key);
    await keys.reveal(session, hash);
  } catch (error) {
    // The row can wait; the secret cannot.
    log.warn(`Rotations: ${errorText(error)}`);
  }
}

/** Says something of an unfinished rotation, with the two commands that end that state. */
export function offerToContinue({ log }: RotationServices, rotation: Rotation, text: string): void {
  const [go, back] = [vscode.l10n.t("Continue"), vscode.l10n.t("Roll Back")];
  // It may end with an error's words, which are the account's in part.
  void vscode.window.showWarningMessage(safeLabel(text), go, back).then(
    (answer) => {
      const command =
        answer === go ? commandIds.continueRotation : answer === back ? commandIds.rollBackRotation : undefined;
      if (command) void vscode.commands.executeCommand(command, { rotation });
    },
    (error: unknown) => log.error(`Rotations: ${error}`),
  );
}

function interruptedText({ log }: RotationServices, record: Rotation, error: unknown): string {
  const t = vscode.l10n.t;
  const name = rotationLabel(record);
  const cancelled = error instanceof vscode.CancellationError;
  if (!cancelled) log.error(`Rotations: ${errorText(error)}`);
  const reason = cancelled || error instanceof UncertainWriteError ? "" : ` ${errorText(error)}`;
  const standing =
    record.step === "creating"
      ? t(
          "The answer to the creation of {0} was lost: the new key may exist or not. Continue looks for it first.",
          name,
        )
      : t("The rotation of {0} waits: {1}.", name, missingStepText(record));
  return standing + reason;
}
