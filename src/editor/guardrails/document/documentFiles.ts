import * as vscode from "vscode";
import { formatGuardrailDocument, getEditableFields } from "../../../openrouter/guardrails/guardrailChanges.ts";
import type { Guardrail } from "../../../openrouter/index.ts";
import type { SessionBound } from "../../account/session.ts";
import type { AccountData, AccountSession } from "../../data/accountData.ts";
import { documentId } from "./documentPath.ts";

/** A guardrail and the account that it was read from. */
export interface LoadedGuardrail extends SessionBound<AccountData> {
  guardrail: Guardrail;
}

/** A guardrail as its document was opened, or as OpenRouter answered when it was saved. */
export interface DocumentState extends LoadedGuardrail {
  text: string;
  /** ms; VS Code takes a document for changed elsewhere once this grows. */
  mtime: number;
}

export interface DocumentFiles extends vscode.Disposable {
  provider: vscode.FileSystemProvider;
  /** Takes over what the account has now, unless that is older or the document holds unsaved changes. */
  update(session: AccountSession, guardrails: readonly Guardrail[]): void;
  /** Another account is in use: documents without unsaved changes are read again. @param ready once it can be read */
  accountChanged(ready: boolean): void;
  /** A document was opened, edited or reverted. */
  edited(document: vscode.TextDocument): void;
  /** Once a document was saved: shows it as OpenRouter answered, where that reads otherwise. */
  saved(document: vscode.TextDocument): void;
  closed(document: vscode.TextDocument): void;
}

interface DocumentFilesOptions {
  /** Reads a guardrail from the account in use. @throws FileSystemError */
  read(id: string): Promise<LoadedGuardrail>;
  /** Sends what the text changes, once the person agrees. @throws Error when nothing was sent */
  write(uri: vscode.Uri, opened: DocumentState, text: string): Promise<Guardrail>;
}

/**
 * Guardrails as files: read from OpenRouter when they are opened, written there when they are saved. A document belongs
 * to the account that its text was read from, until it is read again.
 */
export function createDocumentFiles({ read, write }: DocumentFilesOptions): DocumentFiles {
  const fileChanged = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  const opened = new Map<string, Promise<DocumentState>>();
  /** Those of `opened` that have been read. */
  const settled = new Map<string, DocumentState>();
  /**
   * What each document was before its unsaved changes. A document that is edited while it is read again keeps the old
   * text, so that `settled` may be newer.
   */
  const shown = new Map<string, DocumentState>();

  function open(uri: vscode.Uri): Promise<DocumentState> {
    const key = uri.toString();
    const id = documentId(uri.path);
    if (!id) throw vscode.FileSystemError.FileNotFound(uri);
    const known = opened.get(key);
    if (known) return known;
    const reading = read(id).then((one) => keep(uri, withNewerMtime(key, toDocumentState(one))));
    opened.set(key, reading);
    reading.catch(() => opened.get(key) === reading && opened.delete(key));
    return reading;
  }

  function keep(uri: vscode.Uri, state: DocumentState): DocumentState {
    opened.set(uri.toString(), Promise.resolve(state));
    settled.set(uri.toString(), state);
    return state;
  }

  function drop(key: string): void {
    opened.delete(key);
    settled.delete(key);
  }

  /** What the unsaved changes of a document are based on. @throws Error in words for the person who saves it */
  async function baseOf(uri: vscode.Uri): Promise<DocumentState> {
    const before = shown.get(uri.toString());
    try {
      const now = await open(uri);
      return before && before.text !== now.text ? before : now;
    } catch (error) {
      if (before && hasSessionEnded(before)) return before;
      throw saveRefused((error as Error).message);
    }
  }

  const tell = (uri: vscode.Uri, type: vscode.FileChangeType) => fileChanged.fire([{ uri, type }]);

  /** VS Code takes texts of one time and length for the same one, and does not show the new. */
  function withNewerMtime(key: string, state: DocumentState): DocumentState {
    const before = shown.get(key);
    if (!before || before.text === state.text) return state;
    return { ...state, mtime: Math.max(state.mtime, before.mtime + 1) };
  }

  function readAgain(key: string): void {
    drop(key);
    tell(vscode.Uri.parse(key), vscode.FileChangeType.Changed);
  }

  /** Once a document holds no unsaved changes. */
  function edited(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    const state = settled.get(key);
    if (!state || document.isDirty) return;
    if (hasSessionEnded(state)) readAgain(key);
    else if (document.getText() === state.text) shown.set(key, state);
  }

  const provider: vscode.FileSystemProvider = {
    onDidChangeFile: fileChanged.event,
    watch: () => ({ dispose() {} }),
    async stat(uri) {
      const folder = { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
      if (!documentId(uri.path)) return folder;
      const { guardrail, text, mtime } = await open(uri);
      const size = new TextEncoder().encode(text).length;
      return { type: vscode.FileType.File, ctime: time(guardrail.created_at), mtime, size };
    },
    readFile: async (uri) => new TextEncoder().encode((await open(uri)).text),
    async writeFile(uri, content) {
      const before = await baseOf(uri);
      const text = new TextDecoder().decode(content);
      if (text === before.text) return;
      if (hasSessionEnded(before)) throw saveRefused(accountChangedText());
      const after = toDocumentState({ guardrail: await write(uri, before, text), session: before.session });
      shown.set(uri.toString(), keep(uri, { ...after, mtime: Math.max(after.mtime, before.mtime + 1) }));
    },
    readDirectory: () => [],
    createDirectory: refuse,
    delete: refuse,
    rename: refuse,
  };

  return {
    provider,
    update(session, guardrails) {
      for (const [key, state] of settled) {
        if (state.session !== session) continue;
        const uri = vscode.Uri.parse(key);
        const now = guardrails.find(({ id }) => id === state.guardrail.id);
        if (!now) {
          drop(key);
          tell(uri, vscode.FileChangeType.Deleted);
          continue;
        }
        const next = toDocumentState({ guardrail: now, session });
        if (isDirty(key) || next.text === state.text || next.mtime <= state.mtime) continue;
        keep(uri, next);
        tell(uri, vscode.FileChangeType.Changed);
      }
    },
    accountChanged(ready) {
      for (const [key, state] of new Map([...shown, ...settled])) {
        if (!hasSessionEnded(state) || isDirty(key)) continue;
        // What is being read already, or could not be read, is not asked for again before the account is ready.
        if (settled.has(key) || (ready && !opened.has(key))) readAgain(key);
      }
    },
    edited,
    saved(document) {
      const { uri } = document;
      const state = settled.get(uri.toString());
      if (!state || hasSessionEnded(state) || state.text === document.getText()) return edited(document);
      keep(uri, { ...state, mtime: state.mtime + 1 });
      tell(uri, vscode.FileChangeType.Changed);
    },
    closed({ uri }) {
      drop(uri.toString());
      shown.delete(uri.toString());
    },
    dispose: () => fileChanged.dispose(),
  };
}

function toDocumentState({ guardrail, session }: LoadedGuardrail): DocumentState {
  const text = formatGuardrailDocument(getEditableFields(guardrail));
  return { guardrail, session, text, mtime: time(guardrail.updated_at ?? guardrail.created_at) };
}

/** True once another account is in use than the one that it was read from. */
function hasSessionEnded({ session }: LoadedGuardrail): boolean {
  return session.signal.aborted;
}

function isDirty(key: string): boolean {
  return vscode.workspace.textDocuments.some((one) => one.isDirty && one.uri.toString() === key);
}

function time(iso: string): number {
  return Date.parse(iso) || 0;
}

function refuse(uri: vscode.Uri): never {
  throw vscode.FileSystemError.NoPermissions(uri);
}

/** Why a document was not saved. VS Code shows the name before the message, and nothing else of an error. */
export function saveRefused(message: string): Error {
  const error = new Error(message);
  error.name = "OpenRouter";
  return error;
}

export function accountChangedText(): string {
  return vscode.l10n.t(
    "The account was switched after this document was opened. Nothing was sent; revert the document to edit the current account.",
  );
}
