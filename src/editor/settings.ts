import * as vscode from "vscode";
import { DEFAULT_BASE_URL } from "../openrouter/index.ts";
import { settingIds } from "./ids.ts";

/** The base URL as set on this machine; the origin policy is the client's to hold. */
export function baseUrlSetting(): string {
  return vscode.workspace.getConfiguration().get<string>(settingIds.baseUrl)?.trim() || DEFAULT_BASE_URL;
}

/** Whether agents get the write tools: off unless somebody turned it on for this machine. */
export function allowWriteTools(): boolean {
  return vscode.workspace.getConfiguration().get(settingIds.allowWriteTools) === true;
}
