import * as vscode from "vscode";
import { exploreSample } from "../account/exploreSample.ts";
import { removeKey } from "../account/removeKey.ts";
import type { App } from "../app.ts";
import { type CommandId, commandIds, creditsPage } from "../platform/ids.ts";
import type { Run } from "../platform/register.ts";

/** What each command does. Flows are loaded when they are first used, not with the extension. */
export function commandTable(app: App): Record<CommandId, Run> {
  const { account, context, log, version, views } = app;
  const keyEdits = () => import("../keys/edit.ts");
  const keyCopies = () => import("../keys/copy.ts");
  const keyLists = () => import("../keys/filterAndSort.ts");
  const keyStates = () => import("../keys/enable.ts");
  const guardrails = () => import("../guardrails/commands.ts");
  const rotations = () => import("../rotation/commands.ts");

  return {
    [commandIds.setKey]: async () => (await import("../account/setKey.ts")).setKeyCommand(account, version),
    [commandIds.removeKey]: () => removeKey(account),
    [commandIds.exploreSample]: () => exploreSample(account),
    [commandIds.startMcpServer]: async () =>
      (await import("../mcp/startServer.ts")).startMcpServer(account, context.extension, log),
    [commandIds.openLog]: () => log.show(),
    [commandIds.addCredits]: () => openPage(creditsPage),
    [commandIds.openActivity]: (node) => openActivity(app, node),

    [commandIds.refresh]: () => refreshAll(app),
    [commandIds.refreshActivity]: () => app.activity.refresh(),
    [commandIds.refreshKeys]: () => views.keys.refresh(),
    [commandIds.refreshGuardrails]: () => views.guardrails.refresh(),
    [commandIds.refreshMembers]: () => views.members.refresh(),

    [commandIds.createKey]: async () => (await import("../keys/create.ts")).createKey(app),
    [commandIds.filterKeys]: async () => (await keyLists()).filterKeys(views.keys),
    [commandIds.clearKeyFilter]: () => views.keys.setQuery({ filter: "" }),
    [commandIds.sortKeys]: async () => (await keyLists()).sortKeys(views.keys),
    [commandIds.showMoreKeys]: (groupId) => views.keys.showMore(String(groupId)),
    [commandIds.showDisabledKeys]: () => views.keys.setQuery({ showDisabled: true }),
    [commandIds.hideDisabledKeys]: () => views.keys.setQuery({ showDisabled: false, touched: new Set() }),
    [commandIds.disableKey]: async (node) => (await keyStates()).disableKey(app, node),
    [commandIds.enableKey]: async (node) => (await keyStates()).enableKey(app, node),
    [commandIds.editKeyLimit]: async (node) => (await keyEdits()).editKeyLimit(app, node),
    [commandIds.renameKey]: async (node) => (await keyEdits()).renameKey(app, node),
    [commandIds.changeKeyReset]: async (node) => (await keyEdits()).changeKeyReset(app, node),
    [commandIds.assignGuardrailToKey]: async (node) => (await guardrails()).assignGuardrailToKey(app, node),
    [commandIds.copyKeyHash]: async (node) => (await keyCopies()).copyKeyHash(app, node),
    [commandIds.copyKeyName]: async (node) => (await keyCopies()).copyKeyName(app, node),
    [commandIds.handOverSecret]: async (node) => (await keyCopies()).handOverSecret(app, node),
    [commandIds.copyKeptSecret]: async (node) => (await keyCopies()).copyKeptSecret(app, node),
    [commandIds.forgetKeptSecret]: async (node) => (await keyCopies()).forgetKeptSecret(app, node),
    [commandIds.deleteKey]: async (node) => (await import("../keys/delete.ts")).deleteKey(app, node),

    [commandIds.rotateKey]: async (node) => (await rotations()).rotateKey(app, node),
    [commandIds.continueRotation]: async (node) => (await rotations()).continueRotation(app, node),
    [commandIds.rollBackRotation]: async (node) => (await rotations()).rollBackRotation(app, node),
    [commandIds.disableOldKey]: async (node) => (await rotations()).disableOldKey(app, node),
    [commandIds.undoDisableOldKey]: async (node) => (await rotations()).undoDisableOldKey(app, node),
    [commandIds.deleteOldKey]: async (node) => (await rotations()).deleteOldKey(app, node),
    [commandIds.restoreRotatedLimit]: async (node) => (await rotations()).restoreRotatedLimit(app, node),
    [commandIds.snoozeRotation]: async (node) => (await rotations()).snoozeRotation(app, node),
    [commandIds.dismissRotation]: async (node) => (await rotations()).dismissRotation(app, node),

    [commandIds.createGuardrail]: async () => (await guardrails()).createGuardrail(app),
    [commandIds.editGuardrailLimit]: async (node) => (await guardrails()).editGuardrailLimit(app, node),
    [commandIds.pickGuardrailModels]: async (node) => (await guardrails()).pickGuardrailModels(app, node),
    [commandIds.pickGuardrailProviders]: async (node) => (await guardrails()).pickGuardrailProviders(app, node),
    [commandIds.assignGuardrailKeys]: async (node) => (await guardrails()).assignGuardrailKeys(app, node),
    [commandIds.unassignGuardrailKeys]: async (node) => (await guardrails()).unassignGuardrailKeys(app, node),
    [commandIds.assignGuardrailMembers]: async (node) => (await guardrails()).assignGuardrailMembers(app, node),
    [commandIds.unassignGuardrailMembers]: async (node) => (await guardrails()).unassignGuardrailMembers(app, node),
    [commandIds.editGuardrailJson]: async (node) => (await guardrails()).editGuardrailJson(app, node),
    [commandIds.deleteGuardrail]: async (node) => (await guardrails()).deleteGuardrail(app, node),
  };

  function openPage(page: string): void {
    void vscode.env.openExternal(vscode.Uri.parse(page));
  }
}

/** The panel, held to the key, guardrail, model or provider of the row that it was opened from. */
async function openActivity(app: App, node: unknown): Promise<void> {
  const { scopesFor } = await import("../activity/scopes.ts");
  await app.activity.open(await scopesFor(app, node));
}

/** What is on the screen, and the credits, which the status bar shows. */
async function refreshAll({ activity, data, views }: App): Promise<void> {
  activity.refresh();
  const seen = [views.keys, views.guardrails, views.members].filter(({ tree }) => tree.visible);
  const credits = views.credits.tree.visible ? views.credits.refresh() : data.credits.load({ fresh: true });
  await Promise.all([credits, ...seen.map((view) => view.refresh())]);
}
