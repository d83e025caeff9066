import * as vscode from "vscode";
import { readGuardrail } from "../../../openrouter/index.ts";
import { requireLive } from "../../account/session.ts";
import { guardrailName } from "../../data/guardrailNames.ts";
import { workspaceNames } from "../../data/workspaceNames.ts";
import { runWithProgress } from "../../ui/progress.ts";
import { showGuardrail } from "../allGuardrails.ts";
import { guardrailFor, guardrailRowOf, guardrailsData } from "../pickGuardrail.ts";
import type { GuardrailServices } from "../services.ts";
import { documentId, documentPath } from "./documentPath.ts";
import { documentScheme } from "./documentUris.ts";

/** Opens a guardrail as a JSON document. Saving it asks for confirmation first. `GET /guardrails/{id}` */
export async function editGuardrailJson({ sessions, view }: GuardrailServices, target: unknown): Promise<void> {
  const session = await sessions.for(guardrailRowOf(target));
  const title = vscode.l10n.t("Edit Guardrail as JSON");
  const chosen = await guardrailFor(view, session, target, { title });
  // Matched by id: the guardrail may have been renamed since its document was opened.
  const open = vscode.workspace.textDocuments.find(
    ({ uri, isClosed }) => !isClosed && uri.scheme === documentScheme && documentId(uri.path) === chosen.id,
  );
  if (open) return void (await vscode.window.showTextDocument(open, { preview: false }));

  const guardrail = await runWithProgress(vscode.l10n.t("Loading {0}", guardrailName(chosen, session)), (signal) =>
    readGuardrail(session.client, chosen.id, { signal }),
  );
  showGuardrail(session, guardrail);
  const { workspaces } = await guardrailsData(session);
  const workspace = workspaceNames(workspaces).get(guardrail.workspace_id ?? "");
  const uri = vscode.Uri.from({
    scheme: documentScheme,
    path: documentPath({ ...guardrail, name: guardrailName(guardrail, session) }, workspace),
  });
  // Opening the document reads from the current account.
  requireLive(session);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
}
