import * as vscode from "vscode";
import { DEFAULT_BASE_URL } from "../openrouter/origin.ts";
import { settingIds } from "./ids.ts";

/** The base URL as set on this machine; the origin policy is the client's to hold. */
export function baseUrlSetting(): string {
  return vscode.workspace.getConfiguration().get<string>(settingIds.baseUrl)?.trim() || DEFAULT_BASE_URL;
}

/** Whether agents get the write tools: off unless somebody turned it on for this machine. */
export function allowWriteTools(): boolean {
  return vscode.workspace.getConfiguration().get(settingIds.allowWriteTools) === true;
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
  return vscode.workspace.getConfiguration().get<string>(settingIds.rotationName)?.trim() || "{name}";
}

/** Which files are searched for the old key, as a glob pattern. */
export function rotationFiles(): string {
  return (
    vscode.workspace.getConfiguration().get<string>(settingIds.rotationFiles)?.trim() ||
    "**/{.env,.env.*,*.env,.envrc,.dev.vars}"
  );
}
