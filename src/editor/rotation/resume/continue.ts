import * as vscode from "vscode";
import type { Key } from "../../../openrouter/index.ts";
import {
  adoptNewKey,
  type Finding,
  identifyNewKey,
  type OrphanChoice,
  type Rotation,
  recreateKey,
} from "../../../openrouter/rotation/index.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { withoutKeys } from "../../data/keyUpdates.ts";
import { askModal } from "../../platform/dialogs.ts";
import { rotationFor } from "../pickRotation.ts";
import { describeRotation, isUnfinished, rotationLabel } from "../rotationText.ts";
import { bindAndHandOver, runFlow, runStep } from "../runFlow.ts";
import type { RotationServices } from "../services.ts";
import { chooseOrphans, unusedKeyText } from "./orphans.ts";
import { offerStrays } from "./strays.ts";
import { assessNow, claim, confirmTakeOver } from "./takeOver.ts";

/** Continues an interrupted rotation from the step that the journal and the account show. */
export async function continueRotation(services: RotationServices, target: unknown): Promise<void> {
  const session = await services.sessions.for(target);
  const record = await rotationFor(services, session, target, {
    title: vscode.l10n.t("Continue Rotation"),
    appliesTo: (one) => isUnfinished(one) && !services.registry.isRunningHere(one.id),
    emptyMessage: vscode.l10n.t("There is no interrupted rotation."),
  });
  if (!(await confirmTakeOver(session, record))) return;
  await runFlow(services, record.id, async () => {
    const claimed = await claim(services, record);
    const finding = await assessNow(services, session, claimed);
    if (!finding.actions.includes("continue")) throw new Error(obstacleText(claimed, finding));
    await bindAndHandOver(services, session, await ensureNewKey(services, session, claimed, finding));
    if (finding.state === "underway") offerStrays(services, session, record, finding.strays);
  });
}

/** Returns the record with its new key, found in the account or created. @throws vscode.CancellationError if the user cancels */
async function ensureNewKey(
  services: RotationServices,
  session: AccountSession,
  record: Rotation,
  finding: Finding,
): Promise<Rotation> {
  const t = vscode.l10n.t;
  const name = rotationLabel(record);
  if (finding.state === "underway") return record;
  if (finding.state === "adoptable" || finding.state === "unidentified")
    return runStep(services, session, record, t("Checking the keys of {0}", name), (context) =>
      finding.state === "adoptable" ? adoptNewKey(context, record, finding.key) : identifyNewKey(context, record),
    );
  const choice = finding.state === "orphaned" ? await askOrphans(session, record, finding.orphans) : {};
  const title = t("Creating the new key of {0}", name);
  const created = await runStep(services, session, record, title, (context) => recreateKey(context, record, choice));
  session.data.keys.change(withoutKeys(...(choice.remove ?? [])));
  return created;
}

/** @throws vscode.CancellationError if the user cancels */
async function askOrphans(session: AccountSession, record: Rotation, orphans: Key[]): Promise<OrphanChoice> {
  const t = vscode.l10n.t;
  const title = t("Continue the rotation of {0}", rotationLabel(record));
  const [orphan, ...more] = orphans;
  if (!orphan || more.length > 0) return chooseOrphans(session, title, orphans);
  const [recreateIt, keepIt] = [t("Delete It and Create Another"), t("Keep It")];
  const question = t("The new key of {0} was created, but its secret was lost.", describeRotation(session, record));
  const detail = [
    unusedKeyText(orphan),
    t("The secret can't be shown again, so the key is useless. Continuing deletes it and creates another."),
    t("If you know that someone else created this key, keep it. The rotation then creates another one."),
  ];
  const answer = await askModal(session, question, { detail, buttons: [recreateIt, keepIt], safe: t("Decide Later") });
  if (answer === undefined) throw new vscode.CancellationError();
  return answer === recreateIt ? { remove: [orphan.hash] } : { spare: [orphan.hash] };
}

/** Explains why the rotation cannot continue. */
function obstacleText(record: Rotation, finding: Finding): string {
  const t = vscode.l10n.t;
  const name = rotationLabel(record);
  if (finding.state === "otherAccount") return t("The rotation of {0} belongs to another account.", name);
  if (finding.state !== "underway")
    return t("The old key of {0} was deleted, so there is nothing left to rotate. Roll back the rotation.", name);
  return finding.new
    ? t(
        "The secret of the new key of {0} is no longer in VS Code's secret storage. Roll back the rotation, then rotate again.",
        name,
      )
    : t("The new key of {0} was deleted elsewhere. Roll back the rotation, then rotate again.", name);
}
