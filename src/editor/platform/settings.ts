import * as vscode from "vscode";
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
  const origins: Origins<T> = vscode.workspace.getConfiguration().inspect<T>(id) ?? {};
  const { globalLocalValue, globalRemoteValue, globalValue, defaultValue } = origins;
  return globalLocalValue ?? (globalRemoteValue === undefined ? globalValue : undefined) ?? defaultValue;
}

const ownText = (id: string) => {
  const value = ownSetting<unknown>(id);
  return typeof value === "string" ? value.trim() : "";
};

/** The person's base URL; the origin policy is the client's to hold. */
export function baseUrlSetting(): string {
  return ownText(settingIds.baseUrl) || DEFAULT_BASE_URL;
}

/** True if the person has turned the write tools on. */
export function allowWriteTools(): boolean {
  return ownSetting(settingIds.allowWriteTools) === true;
}

/** How old what is in sight may get before it is read again, in milliseconds; undefined below 60 s, which means off. */
export function refreshIntervalMs(): number | undefined {
  const seconds = vscode.workspace.getConfiguration().get<number>(settingIds.refreshInterval);
  return typeof seconds === "number" && seconds >= 60 ? seconds * 1000 : undefined;
}

export function statusBarShown(): boolean {
  return vscode.workspace.getConfiguration().get(settingIds.statusBar) !== false;
}

/** How a rotated key is named: `{name}` is the old name, `{date}` the day. */
export function rotationName(): string {
  return ownText(settingIds.rotationName) || "{name}";
}

/** Which files are searched for the old key, as a glob pattern. */
export function rotationFiles(): string {
  return ownText(settingIds.rotationFiles) || "**/{.env,.env.*,*.env,.envrc,.dev.vars}";
}
