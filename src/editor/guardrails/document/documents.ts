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

/** Guardrails as JSON documents: files that are saved to OpenRouter, and the schema that their editor asks for. */
export function registerGuardrailDocuments(services: DocumentServices): vscode.Disposable {
  const { sessions, log } = services;
  const previews = createPreviews();
  const reasons = new Map<string, vscode.TextDocumentSaveReason>();
  let turn: Promise<unknown> = Promise.resolve();

  const files = createDocumentFiles({
    read: (id) => readGuardrail(sessions, id),
    async write(uri, opened, text) {
      const reason = reasons.get(uri.toString());
      reasons.delete(uri.toString());
      const { saveDocument } = await import("./saveDocument.ts");
      // Save All: one question after the other.
      const saving = turn.then(() => saveDocument({ previews, log }, uri, { opened, text, reason }));
      turn = saving.catch(() => {});
      return saving;
    },
  });

  const ours = (document: vscode.TextDocument) => document.uri.scheme === documentScheme;
  return vscode.Disposable.from(
    previews,
    files,
    vscode.workspace.registerFileSystemProvider(documentScheme, files.provider, { isCaseSensitive: true }),
    serveSchema(services),
    vscode.workspace.onDidOpenTextDocument((document) => {
      if (!ours(document)) return;
      // The editor's own JSON support knows the documents' language, but does not start for it.
      void vscode.extensions.getExtension("vscode.json-language-features")?.activate();
      files.edited(document);
    }),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (ours(document)) files.edited(document);
    }),
    vscode.workspace.onWillSaveTextDocument(({ document, reason }) => {
      if (ours(document)) reasons.set(document.uri.toString(), reason);
    }),
    vscode.workspace.onDidSaveTextDocument((document) => {
      if (ours(document)) files.saved(document);
    }),
    vscode.workspace.onDidCloseTextDocument((document) => {
      if (ours(document)) files.closed(document);
    }),
    followData(
      sessions,
      ({ guardrails }) => [guardrails],
      (session) => {
        const current = session?.data.guardrails.current;
        if (session && current) files.update(session, current.value.guardrails);
      },
    ),
    sessions.onDidChange(() => files.accountChanged(sessions.current !== undefined)),
  );
}

/** The documents' JSON Schema; it names what the account in use can name. */
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
 * From the account in use, whichever that is in the end. `GET /guardrails/{id}`
 * @throws FileSystemError in words for the person who opened the document
 */
async function readGuardrail(sessions: AccountSessions, id: string): Promise<LoadedGuardrail> {
  let session: AccountSession | undefined;
  try {
    session = await sessions.for();
    const { getGuardrail } = await import("../../../openrouter/index.ts");
    const guardrail = await getGuardrail(session.client, id);
    if (!session.signal.aborted) return { guardrail, session };
  } catch (error) {
    if (!session?.signal.aborted) throw readingError(error);
  }
  return readGuardrail(sessions, id);
}

function readingError(error: unknown): vscode.FileSystemError {
  if (error instanceof NotFoundError)
    return vscode.FileSystemError.FileNotFound(
      vscode.l10n.t("The guardrail isn't in the current account. It was deleted or belongs to another account."),
    );
  return vscode.FileSystemError.Unavailable(redact(errorText(error)));
}
