import * as vscode from "vscode";
import { NotFoundError } from "../../../openrouter/errors.ts";
import { redact } from "../../../openrouter/text/redact.ts";
import type { AccountSession, AccountSessions } from "../../data/accountData.ts";
import { followData } from "../../data/followData.ts";
import { errorText } from "../../platform/errorText.ts";
import type { DocumentServices } from "../services.ts";
import { createDocumentFiles, type LoadedGuardrail } from "./documentFiles.ts";
import { documentScheme, schemaAddress, schemaScheme } from "./documentPath.ts";
import { createPreviews } from "./previews.ts";

/** Registers the file system of the guardrail documents and their JSON Schema. */
export function registerGuardrailDocuments(services: DocumentServices): vscode.Disposable {
  const { sessions, log } = services;
  const previews = createPreviews();
  const reasons = new Map<string, vscode.TextDocumentSaveReason>();
  let lastSave: Promise<unknown> = Promise.resolve();

  const files = createDocumentFiles({
    read: (id) => readGuardrail(sessions, id),
    async write(uri, opened, text) {
      const reason = reasons.get(uri.toString());
      reasons.delete(uri.toString());
      const { saveDocument } = await import("./saveDocument.ts");
      // Save All shows one question at a time.
      const saving = lastSave.then(() => saveDocument({ previews, log }, uri, { opened, text, reason }));
      lastSave = saving.catch(() => {});
      return saving;
    },
  });

  const isGuardrailDocument = (document: vscode.TextDocument) => document.uri.scheme === documentScheme;
  return vscode.Disposable.from(
    previews,
    files,
    vscode.workspace.registerFileSystemProvider(documentScheme, files.provider, { isCaseSensitive: true }),
    serveSchema(services),
    vscode.workspace.onDidOpenTextDocument((document) => {
      if (!isGuardrailDocument(document)) return;
      // VS Code's JSON extension supports the language of these documents, but isn't activated by it.
      void vscode.extensions.getExtension("vscode.json-language-features")?.activate();
      files.onChanged(document);
    }),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (isGuardrailDocument(document)) files.onChanged(document);
    }),
    vscode.workspace.onWillSaveTextDocument(({ document, reason }) => {
      if (isGuardrailDocument(document)) reasons.set(document.uri.toString(), reason);
    }),
    vscode.workspace.onDidSaveTextDocument((document) => {
      if (isGuardrailDocument(document)) files.onSaved(document);
    }),
    vscode.workspace.onDidCloseTextDocument((document) => {
      if (isGuardrailDocument(document)) files.onClosed(document);
    }),
    followData(
      sessions,
      ({ guardrails }) => [guardrails],
      (session) => {
        const current = session?.data.guardrails.current;
        if (session && current) files.update(session, current.value.guardrails);
      },
    ),
    sessions.onDidChange(() => files.onAccountChanged(sessions.current !== undefined)),
  );
}

/** Serves the documents' JSON Schema; it depends on the account, so it changes with it. */
function serveSchema(services: DocumentServices): vscode.Disposable {
  const { sessions } = services;
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const uri = vscode.Uri.parse(schemaAddress);
  let session = sessions.current;
  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(schemaScheme, {
      onDidChange: changed.event,
      async provideTextDocumentContent() {
        const { documentSchemaText } = await import("./documentSchema.ts");
        return documentSchemaText(services);
      },
    }),
    sessions.onDidChange(() => {
      if (!sessions.current || sessions.current === session) return;
      session = sessions.current;
      changed.fire(uri);
    }),
  );
}

/**
 * Reads a guardrail from the current account, and again if the account is switched meanwhile. `GET /guardrails/{id}`
 * @throws FileSystemError with a message for the user
 */
async function readGuardrail(sessions: AccountSessions, id: string): Promise<LoadedGuardrail> {
  let session: AccountSession | undefined;
  try {
    session = await sessions.for();
    const { getGuardrail } = await import("../../../openrouter/index.ts");
    const guardrail = await getGuardrail(session.client, id);
    if (!session.signal.aborted) return { guardrail, session };
  } catch (error) {
    if (!session?.signal.aborted) throw toFileSystemError(error);
  }
  return readGuardrail(sessions, id);
}

function toFileSystemError(error: unknown): vscode.FileSystemError {
  if (error instanceof NotFoundError)
    return vscode.FileSystemError.FileNotFound(
      vscode.l10n.t("The guardrail isn't in the current account. It was deleted or belongs to another account."),
    );
  return vscode.FileSystemError.Unavailable(redact(errorText(error)));
}
