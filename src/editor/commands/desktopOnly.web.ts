import * as vscode from "vscode";
import { leakCommandIds } from "../leaks/commandNames.ts";
import { setContext } from "../platform/contextKeys.ts";
import { type CommandId, contextKeys, commandIds as ids } from "../platform/ids.ts";
import { serverNeedsComputer } from "../platform/openChat.web.ts";
import type { Wing } from "../platform/wing.ts";

const ROTATION: readonly CommandId[] = [
  ...[ids.rotateKey, ids.continueRotation, ids.rollBackRotation, ids.disableOldKey, ids.undoDisableOldKey],
  ...[ids.deleteOldKey, ids.restoreRotatedLimit, ids.snoozeRotation, ids.dismissRotation],
];
const CURES: readonly CommandId[] = [
  ...[ids.cureSetLimit, ids.cureDisable, ids.cureReplace, ids.cureAssignGuardrail, ids.cureDelete],
  ...[ids.resumeCures, ids.undoCures],
];
const LEAKS: readonly CommandId[] = [
  ...leakCommandIds,
  ...[ids.rotateFoundKey, ids.disableFoundKey, ids.markFalseAlarm],
];
/** Registered with all wings. */
const COMMON: readonly CommandId[] = [ids.openLog, ids.refresh];

/** Provides the commands that no other wing has in a browser. Each says why it needs a computer, and what to do. */
export function createDesktopOnlyWing(others: readonly Wing[]): Wing {
  setContext(contextKeys.web, true);
  const provided = new Set<string>([...COMMON, ...others.flatMap(({ commands = {} }) => Object.keys(commands))]);
  const missing = Object.values(ids).filter((id) => !provided.has(id));
  const say = (id: CommandId) => void vscode.window.showInformationMessage(reason(id));
  return { commands: Object.fromEntries(missing.map((id) => [id, () => say(id)])) };
}

function reason(id: CommandId): string {
  if (ROTATION.includes(id))
    return vscode.l10n.t(
      "Rotating a key needs VS Code on a computer, which records each step in files that survive a crash. Rotate it in VS Code desktop, or create a new key here and disable the old one.",
    );
  if (CURES.includes(id))
    return vscode.l10n.t(
      "Changing several keys at once needs VS Code on a computer, which records each step in files that survive a crash. Here you can change one key at a time.",
    );
  if (LEAKS.includes(id))
    return vscode.l10n.t(
      "Searching for leaked keys needs VS Code on a computer: a browser can't read all files of a folder or run Git. Search in VS Code desktop.",
    );
  return serverNeedsComputer();
}
