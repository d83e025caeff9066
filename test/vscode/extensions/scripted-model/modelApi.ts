import * as vscode from "vscode";

/** The used part of the model provider API, which is newer than the VS Code version that the extension requires. */
export interface ModelProvider {
  provideLanguageModelChatInformation(): object[];
  provideLanguageModelChatResponse(
    model: object,
    messages: readonly { content: readonly unknown[] }[],
    options: { tools?: readonly { name: string }[] },
    progress: vscode.Progress<vscode.LanguageModelTextPart | vscode.LanguageModelToolCallPart>,
  ): Promise<void>;
  provideTokenCount(model: object, text: unknown): Promise<number>;
}

export function registerModelProvider(vendor: string, provider: ModelProvider): vscode.Disposable {
  const api = vscode.lm as unknown as {
    registerLanguageModelChatProvider(vendor: string, provider: ModelProvider): vscode.Disposable;
  };
  return api.registerLanguageModelChatProvider(vendor, provider);
}
