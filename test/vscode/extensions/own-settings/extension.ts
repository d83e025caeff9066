import { readFileSync, watchFile, writeFileSync } from "node:fs";
import * as vscode from "vscode";

let applied = 0;

/**
 * Watches the file named by the environment variable and applies its settings to the user settings. Then writes the number
 * of the change to a file next to it, when all extensions have been notified.
 */
export function activate(): void {
  const file = process.env.OPENROUTER_TEST_OWN_SETTINGS;
  if (!file) return;
  let work = Promise.resolve();
  const apply = () => {
    work = work.then(() => applyFile(file)).catch((error) => console.error(error));
  };
  watchFile(file, { interval: 100 }, apply);
  // Apply changes from before the watch.
  apply();
}

async function applyFile(file: string): Promise<void> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return; // no change yet
  }
  if (text === "") return;
  const { change, settings } = JSON.parse(text) as { change: number; settings: Record<string, unknown> };
  if (change <= applied) return;
  for (const [id, value] of Object.entries(settings))
    await vscode.workspace.getConfiguration().update(id, value, vscode.ConfigurationTarget.Global);
  applied = change;
  writeFileSync(`${file}.applied`, String(change));
}
