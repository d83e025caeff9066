import * as vscode from "vscode";
import { withoutMentions } from "./withoutMentions.ts";

const OPEN_CHAT = "workbench.action.chat.open";

/** Opens the chat in agent mode with a question that the user can edit and send. If there is no chat, says why. */
export async function openChat(question: string): Promise<void> {
  const text = withoutMentions(question);
  const obstacle = await findObstacle();
  if (obstacle) return explain(obstacle, text);
  await vscode.commands.executeCommand(OPEN_CHAT, { query: text, isPartialQuery: true, mode: "agent" });
}

interface Obstacle {
  message: string;
  setting?: string;
}

async function findObstacle(): Promise<Obstacle | undefined> {
  const t = vscode.l10n.t;
  const setting = (id: string) => vscode.workspace.getConfiguration().get<unknown>(id);
  const [off, agentMode] = ["chat.disableAIFeatures", "chat.agent.enabled"];
  if (setting(off) === true) return { message: t("The setting {0} turns off the chat.", off), setting: off };
  if (setting(agentMode) === false)
    return {
      message: t("The setting {0} turns off agent mode, and without it the chat can't use tools.", agentMode),
      setting: agentMode,
    };
  const hasChat = (await vscode.commands.getCommands(true)).includes(OPEN_CHAT);
  return hasChat ? undefined : { message: t("This editor has no chat.") };
}

async function explain({ message, setting }: Obstacle, question: string): Promise<void> {
  const t = vscode.l10n.t;
  const [settings, copy] = [t("Open Settings"), t("Copy Question")];
  const buttons = setting ? [settings, copy] : [copy];
  const chosen = await vscode.window.showInformationMessage(message, ...buttons);
  if (chosen === copy) await vscode.env.clipboard.writeText(question);
  if (chosen === settings) await vscode.commands.executeCommand("workbench.action.openSettings", setting);
}
