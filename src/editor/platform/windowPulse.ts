import * as vscode from "vscode";

/** Shows other windows that this one is open. Its extension host may outlive it by hours, in VS Code Server for example. */
export interface WindowPulse extends vscode.Disposable {
  /** Starts it with the first call. Returns the path of its file for `isBeating`; undefined if it can't be written. Never fails. */
  start(): Promise<string | undefined>;
}

export function createWindowPulse({ globalStorageUri }: vscode.ExtensionContext): WindowPulse {
  let started: Promise<string | undefined> | undefined;
  let stop: (() => Promise<void>) | undefined;

  async function start(): Promise<string | undefined> {
    // Imported with the first rotation or secret, not when the extension activates.
    const { startBeating } = await import("./pulseFile.ts");
    const path = vscode.Uri.joinPath(globalStorageUri, "pulses", `${process.pid}-${Date.now()}`).fsPath;
    // The window itself answers this command.
    stop = await startBeating(path, () => vscode.commands.executeCommand("setContext", "openrouterAdmin.pulse", true));
    return path;
  }

  return {
    start: () => {
      started ??= start().catch(() => undefined);
      return started;
    },
    dispose: () => void stop?.(),
  };
}
