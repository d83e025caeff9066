import { watch } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type * as vscode from "vscode";

const FILE = "agent-write";
/** Agents change several things in a row: what they did is read once. */
const SETTLE_MS = 500;

/** The file that the MCP server touches after each write. */
export function writeMarker({ globalStorageUri }: vscode.ExtensionContext): string {
  return join(globalStorageUri.fsPath, FILE);
}

/** Calls `changed` once agents have written through the MCP server and it is quiet again. */
export function watchAgentWrites(
  { globalStorageUri }: vscode.ExtensionContext,
  changed: () => void,
): vscode.Disposable {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;

  async function start(): Promise<void> {
    await mkdir(globalStorageUri.fsPath, { recursive: true });
    if (stop.signal.aborted) return;
    watch(globalStorageUri.fsPath, { signal: stop.signal, persistent: false }, (_event, name) => {
      if (name !== FILE) return;
      clearTimeout(timer);
      timer = setTimeout(changed, SETTLE_MS);
    }).on("error", () => {}); // without the watch, Refresh still works
  }

  start().catch(() => {}); // nor without a folder to watch
  return {
    dispose() {
      stop.abort();
      clearTimeout(timer);
    },
  };
}
