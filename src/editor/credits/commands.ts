import * as vscode from "vscode";
import { creditsPage } from "../../openrouter/pages.ts";
import { commandIds } from "../platform/ids.ts";
import type { Wing } from "../platform/wing.ts";

export function creditCommands(): NonNullable<Wing["commands"]> {
  return {
    [commandIds.addCredits]: () => void vscode.env.openExternal(vscode.Uri.parse(creditsPage)),
  };
}
