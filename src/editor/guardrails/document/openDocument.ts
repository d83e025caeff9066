import * as vscode from "vscode";
import { getGuardrail } from "../../../openrouter/index.ts";
import { type App, clientOf, working } from "../../app.ts";
import { workspaceNames } from "../../data/names.ts";
import { withGuardrail } from "../../data/updates.ts";
import { guardrailFor, guardrailsData } from "../pickGuardrail.ts";
import { guardrailName } from "../words.ts";
import { documentId, documentPath, documentScheme } from "./documentPath.ts";

/** Opens a guardrail as a JSON document; saving it asks before anything is sent. `GET /guardrails/{id}` */
export async function editGuardrailJson(app: App, target?: unknown): Promise<void> {
  const chosen = await guardrailFor(app, target, { title: vscode.l10n.t("Edit Guardrail as JSON") });
  // It may have been renamed since its document was opened.
  const open = vscode.workspace.textDocuments.find(
    ({ uri, isClosed }) => !isClosed && uri.scheme === documentScheme && documentId(uri.path) === chosen.id,
  );
  if (open) return void (await vscode.window.showTextDocument(open, { preview: false }));

  const client = await clientOf(app);
  const guardrail = await working(vscode.l10n.t("Reading {0}", guardrailName(chosen)), (signal) =>
    getGuardrail(client, chosen.id, { signal }),
  );
  app.data.guardrails.change(withGuardrail(guardrail));
  const { workspaces } = await guardrailsData(app);
  const workspace = workspaceNames(workspaces).get(guardrail.workspace_id ?? "");
  const uri = vscode.Uri.from({ scheme: documentScheme, path: documentPath(guardrail, workspace) });
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
}
