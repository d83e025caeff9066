import * as vscode from "vscode";
import { type WriteMode, writeModes } from "../../channel/writeMode.ts";
import { DEFAULT_BASE_URL } from "../../openrouter/http/origin.ts";
import { settingIds } from "./ids.ts";

/** VS Code tells the two halves of `globalValue` apart, without documenting it. */
interface Origins<T> {
  globalLocalValue?: T;
  globalRemoteValue?: T;
  globalValue?: T;
  defaultValue?: T;
}

/**
 * A setting that guards the key or what is written, from the person's own settings alone. Its `application` scope says
 * the same, but until VS Code has read our manifest it lets a remote's file or a workspace answer.
 */
function ownSetting<T>(id: string): T | undefined {
  const { own, defaultValue } = originsOf<T>(id);
  return own ?? defaultValue;
}

/** What the person has set themselves, and what holds otherwise. */
function originsOf<T>(id: string): { own?: T; defaultValue?: T } {
  const origins: Origins<T> = vscode.workspace.getConfiguration().inspect<T>(id) ?? {};
  const { globalLocalValue, globalRemoteValue, globalValue, defaultValue } = origins;
  return { own: globalLocalValue ?? (globalRemoteValue === undefined ? globalValue : undefined), defaultValue };
}

const ownText = (id: string) => {
  const value = ownSetting<unknown>(id);
  return typeof value === "string" ? value.trim() : "";
};

/** The person's base URL; the origin policy is the client's to hold. */
export function baseUrlSetting(): string {
  return ownText(settingIds.baseUrl) || DEFAULT_BASE_URL;
}

/** How agents may write. What a version before kept was true or false. */
export function writeMode(): WriteMode {
  const value = ownSetting<unknown>(settingIds.allowWriteTools);
  if (value === true) return "on";
  return writeModes.find((mode) => mode === value) ?? "off";
}

/**
 * Replaces true and false, which a version before kept in the person's own settings, by what they mean now. Where a
 * remote's file has the setting too, VS Code would change it there: the old value then stays, and is read as before.
 */
export async function migrateWriteMode(): Promise<void> {
  const { own } = originsOf<unknown>(settingIds.allowWriteTools);
  if (typeof own === "boolean") await updateWriteMode(own ? "on" : undefined);
}

/** @throws Error where the setting could not be changed */
export async function turnOffWrites(): Promise<void> {
  await updateWriteMode("off");
  if (writeMode() !== "off") {
    // Where a remote's file has the setting too, VS Code changes it there, though it does not read it from there.
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

/** Calls back now, and each time that the person lets agents write in another way, in this or another window. */
export function watchWriteMode(changed: (mode: WriteMode) => void): vscode.Disposable {
  changed(writeMode());
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(settingIds.allowWriteTools)) changed(writeMode());
  });
}

/** True if deletions and what binds or lets loose a lot are asked for even where writes are on. */
export function asksBeforeGraveWrites(): boolean {
  return ownSetting(settingIds.askForGraveWrites) !== false;
}

/** True if the server may have the key in its environment. */
export function injectsKey(): boolean {
  return ownSetting(settingIds.injectKey) !== false;
}

/** True if the agent is shown the secret of a key that it creates. */
export function showsNewSecrets(): boolean {
  return ownSetting(settingIds.showNewSecrets) === true;
}

/** How old what is in sight may get before it is read again, in milliseconds; undefined below 60 s, which means off. */
export function refreshIntervalMs(): number | undefined {
  const seconds = vscode.workspace.getConfiguration().get<number>(settingIds.refreshInterval);
  return typeof seconds === "number" && seconds >= 60 ? seconds * 1000 : undefined;
}

export function isStatusBarEnabled(): boolean {
  return vscode.workspace.getConfiguration().get(settingIds.statusBar) !== false;
}

/** How a rotated key is named: `{name}` is the old name, `{date}` the day. */
export function rotationNameTemplate(): string {
  return ownText(settingIds.rotationName) || "{name}";
}

/** Which files are searched for the old key, as a glob pattern. */
export function rotationFilesGlob(): string {
  return ownText(settingIds.rotationFiles) || "**/{.env,.env.*,*.env,.envrc,.dev.vars}";
}
