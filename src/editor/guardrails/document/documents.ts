import * as vscode from "vscode";
import { NotFoundError } from "../../../openrouter/errors.ts";
import { redact } from "../../../openrouter/text/redact.ts";
import type { AccountSession, AccountSessions } from "../../data/accountData.ts";
import { followData } from "../../data/followData.ts";
import { errorText } from "../../platform/errorText.ts";
import { createDiffs } from "../../ui/diffs.ts";
import { allGuardrails, isUnread } from "../allGuardrails.ts";
import type { DocumentServices } from "../services.ts";
import { createBaseStore } from "./baseStore.ts";
import { createDocumentFiles, type FileAccess, type LoadedGuardrail } from "./documentFiles.ts";
import { documentScheme, previewScheme } from "./documentUris.ts";

/** What the guardrail documents read and write; follows the open documents. */
export interface Documents extends vscode.Disposable {
  provider: FileAccess;
}

/** @param fileChanged reports changes of the documents */
export function createDocuments(
  services: DocumentServices,
  fileChanged: vscode.EventEmitter<vscode.FileChangeEvent[]>,
): Documents {
  const { sessions, log } = services;
  const stored = createBaseStore(services.memory);
  const diffs = createDiffs(previewScheme);
  const reasons = new Map<string, vscode.TextDocumentSaveReason>();
  let lastSave: Promise<unknown> = Promise.resolve();

  const files = createDocumentFiles({
    fileChanged,
    stored,
    session: () => sessions.open().catch(() => undefined), // views show the error
    read: (id) => readGuardrail(sessions, id),
    async write(uri, opened, text) {
      const reason = reasons.get(uri.toString());
      reasons.delete(uri.toString());
      const { saveDocument } = await import("./saveDocument.ts");
      // Save All shows one question at a time.
      const saving = lastSave.then(() => saveDocument({ diffs, log }, uri, { opened, text, reason }));
      lastSave = saving.catch(() => {});
      return saving;
    },
  });

  const isGuardrailDocument = (document: vscode.TextDocument) => document.uri.scheme === documentScheme;
  function onOpened(document: vscode.TextDocument): void {
    if (!isGuardrailDocument(document)) return;
    // VS Code's JSON extension supports the language of these documents, but isn't activated by it.
    void vscode.extensions.getExtension("vscode.json-language-features")?.activate();
    files.onChanged(document);
  }
  vscode.workspace.textDocuments.forEach(onOpened);
  const listeners = vscode.Disposable.from(
    diffs,
    vscode.workspace.onDidOpenTextDocument(onOpened),
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
        if (session && current)
          files.update(
            session,
            allGuardrails(current.value).filter((one) => !isUnread(one)),
          );
      },
    ),
    sessions.onDidChange(() => files.onAccountChanged(sessions.current !== undefined)),
  );
  return { provider: files.provider, dispose: () => listeners.dispose() };
}

/**
 * Reads a guardrail from the current account, and again if the account is switched meanwhile. `GET /guardrails/{id}`
 * @throws FileSystemError with a message for the user
 */
async function readGuardrail(sessions: AccountSessions, id: string): Promise<LoadedGuardrail> {
  let session: AccountSession | undefined;
  try {
    session = await sessions.for();
    const { readGuardrail: read } = await import("../../../openrouter/index.ts");
    const guardrail = await read(session.client, id);
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
