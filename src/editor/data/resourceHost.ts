import * as vscode from "vscode";
import { errorText } from "../platform/errorText.ts";
import type { Log } from "../platform/log.ts";
import type { ResourceHost } from "./resource.ts";

/** Lets resources use VS Code's events, and texts in the reader's language. */
export function createResourceHost(log: Log): ResourceHost {
  return { log, errorText, createEmitter: () => new vscode.EventEmitter<void>() };
}
