import { readFileSync, watchFile, writeFileSync } from "node:fs";
import * as vscode from "vscode";

let applied = 0;

/**
 * Writes the settings that the file named by the environment holds into the person's own, each time it changes, and then
 * which change that was into a file beside it: all extensions have been told of it by then.
 */
export function activate(): void {
  const file = process.env.OPENROUTER_TEST_OWN_SETTINGS;
  if (!file) return;
  let work = Promise.resolve();
  const apply = () => {
    work = work.then(() => applyFile(file)).catch((error) => console.error(error));
  };
  watchFile(file, { interval: 100 }, apply);
  // What was written before anybody watched.
  apply();
}

async function applyFile(file: string): Promise<void> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return; // Nothing was changed yet.
  }
  if (text === "") return;
  const { change, settings } = JSON.parse(text) as { change: number; settings: Record<string, unknown> };
  if (change <= applied) return;
  for (const [id, value] of Object.entries(settings))
    await vscode.workspace.getConfiguration().update(id, value, vscode.ConfigurationTarget.Global);
  applied = change;
  writeFileSync(`${file}.applied`, String(change));
}
