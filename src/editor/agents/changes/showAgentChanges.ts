import * as vscode from "vscode";
import type { AccountSession } from "../../data/accountData.ts";
import { viewIds } from "../../platform/ids.ts";
import { quoted } from "../../platform/quoted.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { type PickItem, pickOne } from "../../ui/pick.ts";
import { BACK } from "../../ui/wizard.ts";
import type { AgentServices } from "../services.ts";
import type { AgentChange } from "./agentChange.ts";
import { isKeyAction } from "./applyToViews.ts";
import { detailOf, originOf, outcomeIcons, titleOf } from "./changeText.ts";
import { isUndone } from "./isUndone.ts";
import { undoChange } from "./undoChange.ts";

/** Lists the changes that agents requested, and opens or undoes the selected one. */
export async function showAgentChanges(services: AgentServices): Promise<void> {
  const t = vscode.l10n.t;
  // The changes are also listed without an account.
  const session = await services.sessions.open().catch(() => undefined);
  const changes = await services.changes.list();
  if (changes.length === 0) return void vscode.window.showInformationMessage(t("No agent has requested a change yet."));
  for (;;) {
    const items = changeItems(changes, session);
    const change = await pickOne(
      { title: t("Agent Changes"), account: "none" },
      { items, placeholder: t("Open or undo a change") },
    );
    if (change === BACK || !change) continue;
    if ((await openOrUndo(services, session, change, isUndone(change, changes))) !== BACK) return;
  }
}

/** Lists changes of the account in use first. */
function changeItems(
  changes: readonly AgentChange[],
  session: AccountSession | undefined,
): PickItem<AgentChange | undefined>[] {
  const t = vscode.l10n.t;
  const [own, others] = [true, false].map((isOwn) =>
    changes.filter(({ account }) => (account.id === session?.id) === isOwn),
  );
  const separator = (label: string) => ({ label, value: undefined, kind: vscode.QuickPickItemKind.Separator });
  const item = (change: AgentChange, account = "") => ({
    label: `$(${outcomeIcons[change.outcome]}) ${titleOf(change)}`,
    description: [originOf(change), account].filter(Boolean).join(" · "),
    detail: detailOf(change, isUndone(change, changes)),
    value: change,
  });
  return [
    ...(own!.length && session ? [separator(safeLabel(session.name))] : []),
    ...own!.map((change) => item(change)),
    ...(others!.length ? [separator(t("Other accounts"))] : []),
    ...others!.map((change) => item(change, t("account {0}", quoted(change.account.name)))),
  ];
}

async function openOrUndo(
  services: AgentServices,
  session: AccountSession | undefined,
  change: AgentChange,
  undone: boolean,
): Promise<typeof BACK | undefined> {
  const t = vscode.l10n.t;
  if (change.account.id !== session?.id) {
    const name = quoted(change.account.name);
    const isRemoved = (await services.sessions.accountOf(change.account.id)) === "removed";
    void vscode.window.showInformationMessage(
      isRemoved
        ? t("The account {0} of this change was removed, so the change can't be opened or undone here.", name)
        : t("This change belongs to the account {0}. Switch to that account first.", name),
    );
    return undefined;
  }
  const items = actionsFor(services, session, change, undone);
  if (items.length === 0) {
    void vscode.window.showInformationMessage(t("There is nothing left to open or undo."));
    return undefined;
  }
  const run = await pickOne({ title: titleOf(change), account: session, canGoBack: true }, { items });
  if (run === BACK) return BACK;
  await run();
  return undefined;
}

type ChangeAction = () => Promise<void>;

function actionsFor(
  services: AgentServices,
  session: AccountSession,
  change: AgentChange,
  undone: boolean,
): PickItem<ChangeAction>[] {
  const t = vscode.l10n.t;
  const { target, undo, action } = change;
  const keys = session.data.keys.current?.value.keys;
  const guardrails = session.data.guardrails.current?.value.guardrails;
  const ofKey = isKeyAction(action);
  // If the list isn't loaded yet, assume that the target exists.
  const isKey = ofKey && (keys ? keys.some(({ hash }) => hash === target) : action !== "deleteKey");
  const isGuardrail =
    !ofKey && (guardrails ? guardrails.some(({ id }) => id === target) : action !== "deleteGuardrail");
  return [
    ...(target && isKey ? [{ label: `$(key) ${t("Open Key")}`, value: () => openKey(services, session, target) }] : []),
    ...(target && isGuardrail
      ? [{ label: `$(shield) ${t("Open Guardrail")}`, value: () => openGuardrail(services, session, target) }]
      : []),
    ...(undo && !undone
      ? [{ label: `$(discard) ${t("Undo")}`, value: () => undoChange(services, session, change, undo) }]
      : []),
  ];
}

async function openKey({ keys }: AgentServices, session: AccountSession, hash: string): Promise<void> {
  await vscode.commands.executeCommand(`${viewIds.keys}.focus`);
  await session.data.keys.ensure();
  keys.setQuery({ filter: "" });
  keys.pin(session, hash);
  // Just after the command, VS Code may not have said yet that the view is visible.
  await keys.reveal(session, hash, { opensView: true });
}

async function openGuardrail({ guardrails }: AgentServices, session: AccountSession, id: string): Promise<void> {
  await vscode.commands.executeCommand(`${viewIds.guardrails}.focus`);
  await session.data.guardrails.ensure();
  guardrails.setFilter("");
  await guardrails.reveal(session, id, { opensView: true });
}
