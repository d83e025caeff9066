import * as vscode from "vscode";
import { commandIds } from "../../platform/ids.ts";
import type { Rotations } from "../registry.ts";
import { isUnfinished } from "../rotationText.ts";

/** Continues rotations one after another, until the user closes one; the rest stays as it is. */
export async function continueAll({ journal }: Pick<Rotations, "journal">, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const rotation = await journal.read(id);
    if (!rotation || !isUnfinished(rotation)) continue;
    await vscode.commands.executeCommand(commandIds.continueRotation, { rotation });
    const now = await journal.read(id);
    if (now && isUnfinished(now)) return;
  }
}
