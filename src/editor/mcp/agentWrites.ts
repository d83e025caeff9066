import { watch } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type * as vscode from "vscode";
import type { AccountData } from "../data/accountData.ts";
import type { ResourceView } from "../ui/resourceView.ts";

const FILE = "agent-write";
/** Agents change several things in a row: what they did is read once. */
const SETTLE_MS = 500;

/** The file that the MCP server touches after each write. */
export function writeMarker({ globalStorageUri }: vscode.ExtensionContext): string {
  return join(globalStorageUri.fsPath, FILE);
}

/** Reads again what an agent may have changed: at once where it is in sight, else when it comes into sight. */
export function watchAgentWrites(
  context: vscode.ExtensionContext,
  data: Pick<AccountData, "keys" | "guardrails">,
  views: { keys: ResourceView; guardrails: ResourceView },
): vscode.Disposable {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;

  function refresh(): void {
    for (const part of ["keys", "guardrails"] as const) {
      if (views[part].tree.visible) void data[part].load({ fresh: true });
      else data[part].outdate();
    }
  }

  async function start(): Promise<void> {
    await mkdir(context.globalStorageUri.fsPath, { recursive: true });
    if (stop.signal.aborted) return;
    watch(context.globalStorageUri.fsPath, { signal: stop.signal, persistent: false }, (_event, name) => {
      if (name !== FILE) return;
      clearTimeout(timer);
      timer = setTimeout(refresh, SETTLE_MS);
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
