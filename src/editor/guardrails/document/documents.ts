import * as vscode from "vscode";
import { NotFoundError } from "../../../openrouter/errors.ts";
import type { Guardrail } from "../../../openrouter/index.ts";
import { redact } from "../../../openrouter/redact.ts";
import { type App, clientOf } from "../../app.ts";
import { errorText } from "../../platform/errorText.ts";
import { createDocumentFiles } from "./documentFiles.ts";
import { documentScheme, schemaAddress, schemaScheme } from "./documentPath.ts";
import { createPreviews } from "./previews.ts";

/** Guardrails as JSON documents: files that are saved to OpenRouter, and the schema that their editor asks for. */
export function registerGuardrailDocuments(app: App): vscode.Disposable {
  const { data, connection } = app;
  const previews = createPreviews();
  const reasons = new Map<string, vscode.TextDocumentSaveReason>();
  const schemaChanged = new vscode.EventEmitter<vscode.Uri>();
  let turn: Promise<unknown> = Promise.resolve();

  const files = createDocumentFiles({
    read: (id) => readGuardrail(app, id),
    async write(uri, opened, text) {
      const reason = reasons.get(uri.toString());
      reasons.delete(uri.toString());
      const { saveDocument } = await import("./saveDocument.ts");
      // Save All: one question after the other.
      const saving = turn.then(() => saveDocument(app, previews, uri, { opened: opened.guardrail, text, reason }));
      turn = saving.catch(() => {});
      return saving;
    },
  });

  const schemaUri = vscode.Uri.parse(schemaAddress);
  const ours = (document: vscode.TextDocument) => document.uri.scheme === documentScheme;
  return vscode.Disposable.from(
    ...[previews, files, schemaChanged],
    vscode.workspace.registerFileSystemProvider(documentScheme, files.provider, { isCaseSensitive: true }),
    vscode.workspace.registerTextDocumentContentProvider(schemaScheme, {
      onDidChange: schemaChanged.event,
      async provideTextDocumentContent() {
        const { documentSchemaText } = await import("./documentSchema.ts");
        return documentSchemaText(app);
      },
    }),
    vscode.workspace.onDidOpenTextDocument((document) => {
      // The editor's own JSON support knows the documents' language, but does not start for it.
      if (ours(document)) void vscode.extensions.getExtension("vscode.json-language-features")?.activate();
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
    data.guardrails.onDidChange(() => {
      const { current } = data.guardrails;
      if (current) files.update((id) => current.value.guardrails.find((one) => one.id === id));
    }),
    connection.onDidChange(() => {
      files.forget();
      schemaChanged.fire(schemaUri);
    }),
  );
}

/** `GET /guardrails/{id}`. @throws FileSystemError in words for the person who opened the document */
async function readGuardrail(app: App, id: string): Promise<Guardrail> {
  try {
    const client = await clientOf(app);
    const { getGuardrail } = await import("../../../openrouter/index.ts");
    return await getGuardrail(client, id);
  } catch (error) {
    if (error instanceof NotFoundError)
      throw vscode.FileSystemError.FileNotFound(
        vscode.l10n.t("The account in use has no such guardrail: it was deleted, or is another account's."),
      );
    throw vscode.FileSystemError.Unavailable(redact(errorText(error)));
  }
}
