import * as vscode from "vscode";
import type { WriteMode } from "../../channel/writeMode.ts";

/** Returns the status text for the write mode; undefined if agents can only read. */
export function writeModeText(mode: WriteMode): string | undefined {
  const t = vscode.l10n.t;
  if (mode === "off") return undefined;
  return mode === "ask" ? t("Agent writes: ask") : t("Agent writes: on");
}
