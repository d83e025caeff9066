import { readFileSync, watchFile, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import * as vscode from "vscode";

interface Change {
  change: number;
  settings?: Record<string, unknown>;
  steps?: Step[];
}

let applied = 0;

/** A command to run, and how long to wait before it. */
export interface Step {
  command: string;
  args?: unknown[];
  afterMs?: number;
}

export interface StepResult {
  /** When the command started and ended, in ms since the epoch. */
  at: number;
  endedAt: number;
  error?: string;
}

/**
 * Watches the file named by the environment variable, applies its settings to the user settings and runs its commands. Then
 * writes the number of the change to a file next to it, when all extensions have been notified.
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

async function update(id: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration().update(id, value, vscode.ConfigurationTarget.Global);
}

function isInEffect([id, value]: [string, unknown]): boolean {
  const configuration = vscode.workspace.getConfiguration();
  return isDeepStrictEqual(configuration.get(id), value ?? configuration.inspect(id)?.defaultValue);
}

async function applyFile(file: string): Promise<void> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return; // no change yet
  }
  if (text === "") return;
  const { change, settings = {}, steps = [] } = JSON.parse(text) as Change;
  if (change <= applied) return;
  for (const [id, value] of Object.entries(settings)) await update(id, value ?? undefined);
  // The window notices changes of the machine's settings file later.
  for (let tries = 0; tries < 50 && !Object.entries(settings).every(isInEffect); tries += 1) {
    await setTimeout(100);
    // A removed setting can be in the user's file, too.
    for (const [id, value] of Object.entries(settings)) if (value === null) await update(id, undefined);
  }
  applied = change;
  const results: StepResult[] = [];
  for (const step of steps) results.push(await runStep(step));
  writeFileSync(`${file}.results`, JSON.stringify(results));
  writeFileSync(`${file}.applied`, String(change));
}

async function runStep({ command, args = [], afterMs }: Step): Promise<StepResult> {
  if (afterMs) await setTimeout(afterMs);
  const at = Date.now();
  try {
    await vscode.commands.executeCommand(command, ...args);
    return { at, endedAt: Date.now() };
  } catch (error) {
    return { at, endedAt: Date.now(), error: String(error) };
  }
}
