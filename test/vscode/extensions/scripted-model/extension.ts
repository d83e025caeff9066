import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import { followSkill } from "./followSkill.ts";
import { registerModelProvider } from "./modelApi.ts";

/** The tool calls of the script, selected by a word of the question that VS Code's own instructions don't contain. */
const TOOLS: { word: string; suffix: string; input: object }[] = [
  { word: "account-overview", suffix: "_or_overview", input: {} },
  { word: "credits-now", suffix: "_or_credits", input: {} },
  { word: "spend jump", suffix: "_or_explain_change", input: {} },
  { word: "spend-by-key", suffix: "_or_activity", input: { aggregate: "by_key" } },
  { word: "", suffix: "_or_activity", input: { aggregate: "by_day" } },
];

export function activate(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    registerModelProvider("scripted", {
      provideLanguageModelChatInformation: () => [MODEL],
      provideLanguageModelChatResponse: async (_model, messages, options, progress) => {
        progress.report(answer(messages, options.tools ?? []));
      },
      provideTokenCount: async (_model, text) => Math.ceil(JSON.stringify(text).length / 4),
    }),
    vscode.commands.registerCommand("scriptedModel.prepare", prepareChat),
  );
}

const MODEL = {
  ...{ id: "scripted", name: "Scripted", family: "scripted", version: "1" },
  ...{ maxInputTokens: 100_000, maxOutputTokens: 10_000 },
  capabilities: { toolCalling: true },
  isUserSelectable: true,
};

/** Calls the tool on the first turn, then answers with its result. */
function answer(
  messages: readonly { content: readonly unknown[] }[],
  tools: readonly { name: string }[],
): vscode.LanguageModelTextPart | vscode.LanguageModelToolCallPart {
  const results = messages.flatMap((message) => message.content.filter(isToolResult));
  const step = followSkill(
    messages.map(asMessage),
    tools.map(({ name }) => name),
  );
  if (step && "tool" in step) return new vscode.LanguageModelToolCallPart(`call-${Date.now()}`, step.tool, step.args);
  if (step) return new vscode.LanguageModelTextPart(quote(step.text));
  const question = questionOf(messages);
  const result = results.at(-1);
  if (result !== undefined) {
    const said = textOf(result);
    // "in-brief" keeps the chart next to the answer visible; "and-counted" shows how much text the model received.
    const length = question.includes("and-counted") ? ` (${said.length} characters)` : "";
    const shown = question.includes("in-brief") ? said.split("\n")[0] + length : said;
    return new vscode.LanguageModelTextPart(`The account says:\n\n${quote(shown)}`);
  }
  const asked = TOOLS.find(({ word }) => question.includes(word))!;
  const tool = tools.find((candidate) => candidate.name.endsWith(asked.suffix));
  if (tool === undefined) {
    const names = tools.map((candidate) => candidate.name).join(", ");
    return new vscode.LanguageModelTextPart(quote(`No ${asked.suffix} among ${tools.length} tools: ${names}`));
  }
  return new vscode.LanguageModelToolCallPart(`call-${Date.now()}`, tool.name, asked.input);
}

const asMessage = ({ content }: { content: readonly unknown[] }) => ({
  text: textsOf([{ content }]),
  results: content.filter(isToolResult).map(textOf),
});

/** Returns the user's question together with VS Code's instructions, in lower case. */
function questionOf(messages: readonly { content: readonly unknown[] }[]): string {
  return textsOf(messages).toLowerCase();
}

function textsOf(messages: readonly { content: readonly unknown[] }[]): string {
  const texts = messages.flatMap(({ content }) =>
    content.filter((part) => part instanceof vscode.LanguageModelTextPart),
  );
  return texts.map(({ value }) => value).join("\n");
}

function isToolResult(part: unknown): part is vscode.LanguageModelToolResultPart {
  return part instanceof vscode.LanguageModelToolResultPart;
}

function textOf(result: vscode.LanguageModelToolResultPart): string {
  return result.content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : "")).join("\n");
}

/** Escapes a text for the chat's Markdown and makes each line a paragraph, so that it is shown unchanged. */
function quote(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>~]/g, "\\$&").replaceAll("\n", "\n\n");
}

/** Enables the bundled Copilot Chat extension, for which the chat would otherwise wait forever. */
async function prepareChat(): Promise<void> {
  void vscode.commands.executeCommand("workbench.action.chat.manage");
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (vscode.extensions.getExtension("GitHub.copilot-chat")?.isActive) {
      void vscode.window.showInformationMessage("The chat is prepared.");
      return;
    }
    await sleep(250);
  }
  void vscode.window.showErrorMessage("GitHub.copilot-chat did not become active.");
}
