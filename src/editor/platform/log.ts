import * as vscode from "vscode";
import { redact } from "../../openrouter/text/redact.ts";

/** The extension's log. Redacts all messages. */
export interface Log extends vscode.Disposable {
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
  show(): void;
}

export function createLog(): Log {
  const channel = vscode.window.createOutputChannel("OpenRouter Admin", { log: true });
  return {
    info: (text) => channel.info(redact(text)),
    warn: (text) => channel.warn(redact(text)),
    error: (text) => channel.error(redact(text)),
    show: () => channel.show(),
    dispose: () => channel.dispose(),
  };
}
