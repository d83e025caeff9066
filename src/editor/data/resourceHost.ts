import * as vscode from "vscode";
import { errorLogText, errorText } from "../platform/errorText.ts";
import type { Log } from "../platform/log.ts";
import type { ResourceHost } from "./resource.ts";

/** Provides resources with VS Code's events and localized texts. */
export function createResourceHost(log: Log): ResourceHost {
  return { log, errorText, errorLogText, createEmitter: () => new vscode.EventEmitter<void>() };
}
