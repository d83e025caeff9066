import * as vscode from "vscode";
import { requireLive } from "../account/session.ts";
import { keyFor } from "../keys/pickKey.ts";
import { viewIds } from "../platform/ids.ts";
import type { SafetyServices } from "./services.ts";

/** Selects a finding's key in the Keys view, also if the view hides disabled keys or has a filter. */
export async function showKey({ sessions, keys, view }: SafetyServices, target: unknown): Promise<void> {
  const given = target ?? (view.tree.visible ? view.tree.selection[0] : undefined);
  const session = await sessions.for(given);
  requireLive(session);
  const { hash } = await keyFor(keys, session, given, { title: vscode.l10n.t("Show in Keys View") });
  keys.pin(session, hash);
  await vscode.commands.executeCommand(`${viewIds.keys}.focus`);
  await keys.reveal(session, hash, { opensView: true });
}
