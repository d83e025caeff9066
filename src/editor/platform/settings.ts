import * as vscode from "vscode";
import { type WriteMode, writeModes } from "../../channel/writeMode.ts";
import type { AlertThresholds } from "../../openrouter/foresight/alerts/model.ts";
import { DEFAULT_BASE_URL } from "../../openrouter/http/origin.ts";
import { settingIds } from "./ids.ts";

/** `globalLocalValue` and `globalRemoteValue` are undocumented. */
interface Inspection<T> {
  globalLocalValue?: T;
  globalRemoteValue?: T;
  globalValue?: T;
  defaultValue?: T;
}

/**
 * Reads a setting that protects the key or controls writes, from the local user settings only. Its `application` scope
 * means the same, but until VS Code has read our manifest, remote and workspace settings would apply.
 */
function ownSetting<T>(id: string): T | undefined {
  const { own, defaultValue } = inspectSetting<T>(id);
  return own ?? defaultValue;
}

/** Returns the local user's value and the default value. */
function inspectSetting<T>(id: string): { own?: T; defaultValue?: T } {
  const inspection: Inspection<T> = vscode.workspace.getConfiguration().inspect<T>(id) ?? {};
  const { globalLocalValue, globalRemoteValue, globalValue, defaultValue } = inspection;
  return { own: globalLocalValue ?? (globalRemoteValue === undefined ? globalValue : undefined), defaultValue };
}

const ownText = (id: string) => {
  const value = ownSetting<unknown>(id);
  return typeof value === "string" ? value.trim() : "";
};

/** Returns the configured base URL; the client enforces the origin policy. */
export function baseUrlSetting(): string {
  return ownText(settingIds.baseUrl) || DEFAULT_BASE_URL;
}

/** Returns how agents may write. Version 0 stored true or false. */
export function writeMode(): WriteMode {
  const value = ownSetting<unknown>(settingIds.allowWriteTools);
  if (value === true) return "on";
  return writeModes.find((mode) => mode === value) ?? "off";
}

/**
 * Replaces true and false, as stored by version 0, with the current values. If the remote settings contain the setting
 * too, VS Code changes it there; the old value then stays and is still understood.
 */
export async function migrateWriteMode(): Promise<void> {
  const { own } = inspectSetting<unknown>(settingIds.allowWriteTools);
  if (typeof own === "boolean") await updateWriteMode(own ? "on" : undefined);
}

/** Sets allowWriteTools to off. @throws Error if the setting couldn't be changed */
export async function turnOffWrites(): Promise<void> {
  await updateWriteMode("off");
  if (writeMode() !== "off") {
    // If the remote settings contain the setting too, VS Code changes it there first, although it doesn't apply there.
    await updateWriteMode(undefined);
    await updateWriteMode("off");
  }
  if (writeMode() !== "off")
    throw new Error(vscode.l10n.t("Couldn't change the setting. Set {0} to off yourself.", settingIds.allowWriteTools));
}

async function updateWriteMode(mode: WriteMode | undefined): Promise<void> {
  const target = vscode.ConfigurationTarget.Global;
  await vscode.workspace.getConfiguration().update(settingIds.allowWriteTools, mode, target);
}

/** Calls `changed` now and whenever the write mode changes, in this or another window. */
export function watchWriteMode(changed: (mode: WriteMode) => void): vscode.Disposable {
  changed(writeMode());
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(settingIds.allowWriteTools)) changed(writeMode());
  });
}

/** True if grave writes (see `isGrave`) need confirmation even when writes are on. */
export function asksBeforeGraveWrites(): boolean {
  return ownSetting(settingIds.askForGraveWrites) !== false;
}

/** True if the MCP server gets the key in its environment. */
export function injectsKey(): boolean {
  return ownSetting(settingIds.injectKey) !== false;
}

/** True if agents see the secret of a key that they create. */
export function showsNewSecrets(): boolean {
  return ownSetting(settingIds.showNewSecrets) === true;
}

/** Returns the groups and names of the tools that agents get, as set by the user; the MCP server reads them. */
export function toolSelection(): string[] | undefined {
  const value = ownSetting<unknown>(settingIds.mcpTools);
  // A text, as in the variable of other clients.
  if (typeof value === "string") return value.split(/[\s,;]+/).filter(Boolean);
  return Array.isArray(value) ? value.filter((name) => typeof name === "string") : undefined;
}

/** True if all default tools are selected, and no others. */
export function selectsDefaultTools(): boolean {
  return (toolSelection() ?? []).every((name) => name.trim() === "default");
}

/** Returns after how many milliseconds visible data is refreshed; undefined if below 60 s, which turns the timer off. */
export function refreshIntervalMs(): number | undefined {
  const seconds = vscode.workspace.getConfiguration().get<number>(settingIds.refreshInterval);
  return typeof seconds === "number" && seconds >= 60 ? seconds * 1000 : undefined;
}

export function isStatusBarEnabled(): boolean {
  return vscode.workspace.getConfiguration().get(settingIds.statusBar) !== false;
}

/** Returns the name template for rotated keys: `{name}` is the old name, `{date}` the current date. */
export function rotationNameTemplate(): string {
  return ownText(settingIds.rotationName) || "{name}";
}

/** Returns the glob pattern of files that are searched for the old key. */
export function rotationFilesGlob(): string {
  return ownText(settingIds.rotationFiles) || "**/{.env,.env.*,*.env,.envrc,.dev.vars}";
}

/** Returns the user's policy for the Key Safety view; undefined if there is none. Its content is not validated. */
export function safetyPolicySetting(): unknown {
  const value = ownSetting<unknown>(settingIds.safetyPolicy);
  const isUnset = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return isUnset ? undefined : (value ?? undefined);
}

/** True if secrets in open files are listed in the Problems view. */
export function showsLeakProblems(): boolean {
  return vscode.workspace.getConfiguration().get(settingIds.leakProblems) !== false;
}

/** True if files are searched for secrets when they are saved. */
export function searchesOnSave(): boolean {
  return vscode.workspace.getConfiguration().get(settingIds.leaksOnSave) === true;
}

/** True if staged files are searched for secrets. */
export function searchesBeforeCommit(): boolean {
  return vscode.workspace.getConfiguration().get(settingIds.leaksBeforeCommit) !== false;
}

/** Returns what the user wants to be told of; 0, the default, turns an alert off. */
export function alertThresholds(): AlertThresholds {
  const positive = (id: string) => {
    const value = ownSetting<unknown>(id);
    return typeof value === "number" && value > 0 ? value : undefined;
  };
  return {
    creditsBelow: positive(settingIds.alertsCreditsBelow),
    creditsDays: positive(settingIds.alertsCreditsDays),
    budgetPercent: positive(settingIds.alertsBudgetPercent),
    dayAboveUsual: positive(settingIds.alertsDayAboveUsual),
    monthAbove: positive(settingIds.alertsMonthAbove),
  };
}
