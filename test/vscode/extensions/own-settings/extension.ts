import { readFileSync, watchFile } from "node:fs";
import * as vscode from "vscode";

/** Writes the settings that the file named by the environment holds, each time it changes, into the person's own. */
export function activate(): void {
  const file = process.env.OPENROUTER_TEST_OWN_SETTINGS;
  if (!file) return;
  watchFile(file, { interval: 200 }, async ({ size }) => {
    if (size === 0) return;
    const settings: Record<string, unknown> = JSON.parse(readFileSync(file, "utf8"));
    for (const [id, value] of Object.entries(settings))
      await vscode.workspace.getConfiguration().update(id, value, vscode.ConfigurationTarget.Global);
  });
}
