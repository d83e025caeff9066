import * as vscode from "vscode";
import type { Log } from "../platform/log.ts";
import type { ErrorTexts, ResourceHost } from "./resource.ts";

/** Provides resources with VS Code's events and localized texts. */
export function createResourceHost(log: Log): ResourceHost {
  return { log, errorTexts, createEmitter: () => new vscode.EventEmitter<void>() };
}

/** Loaded with the first error. Falls back to the plain message if the extension's files were replaced by an update. */
function errorTexts(): Promise<ErrorTexts> {
  return import("../platform/errorText.ts").catch(() => ({ errorText: String, errorLogText: String }));
}
