import * as vscode from "vscode";
import type { Key } from "../../openrouter/index.ts";
import type { AccountSession } from "../data/accountData.ts";
import { describeKey } from "../data/describeKey.ts";
import { confirm } from "../platform/dialogs.ts";
import { commandIds } from "../platform/ids.ts";
import { reportErrors } from "../platform/registerCommands.ts";
import { changeKey } from "./changeKey.ts";
import { keyFor } from "./pickKey.ts";
import type { KeyServices } from "./services.ts";

/** Disables the key of a clicked row without asking, since this can be undone; asks first if the row is only selected. */
export async function disableKey(services: KeyServices, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const title = t("Disable Key");
  const session = await services.sessions.for(target);
  const key = await keyFor(services.list, session, target, {
    title,
    only: (one) => !one.disabled,
    confirm: (one) =>
      confirm(
        session,
        t("Disable {0}?", describeKey(session, one)),
        title,
        [t("Requests with this key will be rejected until it is enabled again.")],
        t("Keep Active"),
      ),
  });
  await changeKey(services.list, session, key, { disabled: true });
  void offerEnable(services, session, key);
}

export async function enableKey(services: KeyServices, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const title = t("Enable Key");
  const session = await services.sessions.for(target);
  const key = await keyFor(services.list, session, target, {
    title,
    only: (one) => one.disabled,
    confirm: (one) =>
      confirm(session, t("Enable {0}?", describeKey(session, one)), title, [
        t("Requests with this key will be accepted again."),
      ]),
  });
  await changeKey(services.list, session, key, { disabled: false });
}

async function offerEnable({ list, log }: KeyServices, session: AccountSession, key: Key): Promise<void> {
  const enable = vscode.l10n.t("Re-enable");
  const disabled = vscode.l10n.t("{0} is disabled. Requests with it are rejected.", describeKey(session, key));
  if ((await vscode.window.showInformationMessage(disabled, enable)) !== enable) return;
  await reportErrors(log, commandIds.enableKey, () => changeKey(list, session, key, { disabled: false }));
}
