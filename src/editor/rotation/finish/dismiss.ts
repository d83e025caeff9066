import * as vscode from "vscode";
import { closeRotation } from "../../../openrouter/rotation/index.ts";
import { requireLive } from "../../account/session.ts";
import { confirm } from "../../platform/dialogs.ts";
import { limitText } from "../../ui/limitText.ts";
import { rotationFor } from "../pickRotation.ts";
import { describeRotation, isUnfinished } from "../rotationText.ts";
import { rotationFacts } from "../rows/rotationFacts.ts";
import { runRecordStep } from "../runFlow.ts";
import type { RotationServices } from "../services.ts";

/** Ends a rotation without changing either key. */
export async function dismissRotation(services: RotationServices, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const title = t("End Rotation and Keep Both Keys");
  const session = await services.sessions.for(target);
  const record = await rotationFor(services, session, target, {
    title,
    appliesTo: (one) => !isUnfinished(one),
    emptyMessage: t("There is no rotation to end."),
  });
  const { oldState } = rotationFacts(record, { session, isRunningHere: services.registry.isRunningHere });
  const isFinished = record.step === "finished";
  const limit = limitText(record.restoreLimit?.limit, record.body.limit_reset);
  const question = t("End the rotation of {0}?", describeRotation(session, record));
  const detail = [
    !isFinished && oldState === "disabled" && t("The old key stays disabled."),
    !isFinished && oldState === "active" && t("The old key stays active. Anyone who has it can spend with it."),
    t("No key is changed, and the reminders stop."),
    record.restoreLimit &&
      (isFinished
        ? t("The new key keeps its current limit; {0} is not restored.", limit)
        : t("The limit of {0} can still be restored later.", limit)),
  ];
  if (!(await confirm(session, question, t("End Rotation"), detail, t("Keep Rotation")))) return;
  requireLive(session);
  await runRecordStep(services, session, record, (context) => closeRotation(context, record));
}
