import * as vscode from "vscode";
import type { LimitLevel } from "../../openrouter/keys/limitShare.ts";
import { limitShareText } from "./rowText.ts";

const colors: Record<LimitLevel, string | undefined> = {
  normal: undefined,
  near: "list.warningForeground",
  reached: "list.errorForeground",
};

/** Returns the icon of an active key and its color. */
export function limitIcon(level: LimitLevel = "normal"): [icon: string, color?: string] {
  return [{ normal: "key", near: "warning", reached: "error" }[level], colors[level]];
}

/** Draws the share of the limit as a circle, in the color of its level. */
export function limitDecoration({ query }: vscode.Uri): vscode.FileDecoration {
  const [level, figure] = query.split("=") as [LimitLevel, string];
  const share = Number(figure);
  const color = colors[level];
  return {
    badge: circle(share),
    tooltip: limitShareText({ share }),
    color: color === undefined ? undefined : new vscode.ThemeColor(color),
  };
}

/** Returns a circle that is filled in quarters, and full only if the limit is reached. */
function circle(share: number): string {
  return share >= 1 ? "●" : ("○◔◑◕"[Math.min(3, Math.round(share * 4))] ?? "○");
}
