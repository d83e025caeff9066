import * as vscode from "vscode";
import { isRestoreDue, type Rotation, readRotationKey, restoreLimit } from "../../../openrouter/rotation/index.ts";
import { formatMoment } from "../../../openrouter/text/format.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { confirm } from "../../platform/dialogs.ts";
import { displayLocale } from "../../platform/locale.ts";
import { limitText } from "../../ui/limitText.ts";
import { rotationFor } from "../pickRotation.ts";
import { describeRotation, isUnfinished, rotationLabel } from "../rotationText.ts";
import { runStep } from "../runFlow.ts";
import type { RotationServices } from "../services.ts";

/** Restores the whole limit on the new key, which the rotation reduced to what remained. `PATCH /keys/{hash}` */
export async function restoreRotatedLimit(services: RotationServices, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const session = await services.sessions.for(target);
  const record = await rotationFor(services, session, target, {
    title: t("Restore Rotated Key Limit"),
    appliesTo: (one) => one.restoreLimit !== undefined && one.new !== undefined && !isUnfinished(one),
    emptyMessage: t("No rotated key has a limit to restore."),
  });
  const name = rotationLabel(record);
  if (!isRestoreDue(record, session.client.now()) && !(await confirmEarly(session, record))) return;
  const { hash } = record.new!;
  const restoring = t("Restoring the limit of {0}", name);
  const key = await runStep(services, session, record, restoring, async (context) => {
    await restoreLimit(context, record);
    return readRotationKey(context, record, hash);
  });
  if (!key) {
    void vscode.window.showInformationMessage(t("The rotated key {0} was deleted elsewhere.", name));
    return;
  }
  services.keys.showKey(session, key);
  const limit = limitText(key.limit, key.limit_reset);
  const restored = key.limit === record.restoreLimit?.limit;
  void vscode.window.showInformationMessage(
    restored
      ? t("Restored the limit of {0} to {1}.", name, limit)
      : t("The limit of {0} was changed to {1} in the meantime and was not restored.", name, limit),
  );
}

function confirmEarly(session: AccountSession, record: Rotation): Promise<boolean> {
  const t = vscode.l10n.t;
  const question = t("Restore the limit of {0} before its period ends?", describeRotation(session, record));
  const from = formatMoment(record.restoreLimit?.from ?? "", displayLocale());
  const detail = t(
    "The period ends {0}. If you restore the limit now, what the old key has already spent can be spent again in this period.",
    from,
  );
  return confirm(session, question, t("Restore Now"), [detail], t("Restore Later"));
}
