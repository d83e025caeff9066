import * as vscode from "vscode";
import { formatGuardrailDocument, getEditableFields } from "../../../openrouter/guardrails/guardrailChanges.ts";
import type { Guardrail } from "../../../openrouter/index.ts";
import type { SessionBound } from "../../account/session.ts";
import type { AccountData, AccountSession } from "../../data/accountData.ts";
import type { BaseStore } from "./baseStore.ts";
import { documentId } from "./documentPath.ts";

/** A guardrail and the session that it was read in. */
export interface LoadedGuardrail extends SessionBound<AccountData> {
  guardrail: Guardrail;
}

/** A guardrail as it was when its document was opened or last saved. */
export interface DocumentState extends LoadedGuardrail {
  text: string;
  /** Milliseconds. VS Code treats a greater value as an external change. */
  mtime: number;
}

/** The operations that guardrail documents support. */
export type FileAccess = Pick<vscode.FileSystemProvider, "stat" | "readFile" | "writeFile">;

export interface DocumentFiles {
  provider: FileAccess;
  /** Updates open documents from a newly read list; skips older versions and documents with unsaved changes. */
  update(session: AccountSession, guardrails: readonly Guardrail[]): void;
  /** Reloads documents without unsaved changes after an account switch. @param ready true if the account can be read */
  onAccountChanged(ready: boolean): void;
  /** Called when a document was opened, edited or reverted. */
  onChanged(document: vscode.TextDocument): void;
  /** Called after a save; reloads the document if OpenRouter's response differs from its text. */
  onSaved(document: vscode.TextDocument): void;
  onClosed(document: vscode.TextDocument): void;
}

interface DocumentFilesOptions {
  /** Reports changes of the documents. */
  fileChanged: vscode.EventEmitter<vscode.FileChangeEvent[]>;
  /** The bases of documents, also of those that VS Code restored with unsaved changes. */
  stored: BaseStore;
  /** Returns the session of the account in use; undefined if there is none. */
  session(): Promise<AccountSession | undefined>;
  /** Reads a guardrail from the current account. @throws FileSystemError */
  read(id: string): Promise<LoadedGuardrail>;
  /** Sends the changes after the user confirms. @throws Error when nothing was sent */
  write(uri: vscode.Uri, opened: DocumentState, text: string): Promise<Guardrail>;
}

/**
 * Serves guardrails as files: read from OpenRouter on open, written on save. A document belongs to the account that its
 * text was read from until it is reloaded.
 */
export function createDocumentFiles({
  fileChanged,
  stored,
  session: currentSession,
  read,
  write,
}: DocumentFilesOptions): DocumentFiles {
  const loads = new Map<string, Promise<DocumentState>>();
  /** The results of completed `loads`. */
  const loaded = new Map<string, DocumentState>();
  /**
   * The state that each document's unsaved changes are based on. `loaded` may be newer: a document edited during a
   * reload keeps the old text.
   */
  const bases = new Map<string, DocumentState>();

  function open(uri: vscode.Uri): Promise<DocumentState> {
    const key = uri.toString();
    const id = documentId(uri.path);
    if (!id) throw vscode.FileSystemError.FileNotFound(uri);
    const known = loads.get(key);
    if (known) return known;
    const loading = load(key, id).then((state) => store(uri, state));
    loads.set(key, loading);
    loading.catch(() => loads.get(key) === loading && loads.delete(key));
    return loading;
  }

  /** Unsaved changes that VS Code restored keep the state that they are based on. */
  async function load(key: string, id: string): Promise<DocumentState> {
    const restored = isDirty(key) && !bases.has(key) ? await restoredBase(key) : undefined;
    if (restored) setBase(key, restored);
    return restored ?? withNewerMtime(key, toDocumentState(await read(id)));
  }

  /** Returns the base of before the window was reloaded; undefined if there is none, or if it is another account's. */
  async function restoredBase(key: string): Promise<DocumentState | undefined> {
    const base = stored.get(key);
    const session = base && (await currentSession());
    if (!session || base.accountId !== session.id) return undefined;
    return { ...toDocumentState({ guardrail: base.guardrail, session }), mtime: base.mtime };
  }

  function setBase(key: string, state: DocumentState): void {
    bases.set(key, state);
    stored.set(key, { accountId: state.session.id, guardrail: state.guardrail, mtime: state.mtime });
  }

  function store(uri: vscode.Uri, state: DocumentState): DocumentState {
    loads.set(uri.toString(), Promise.resolve(state));
    loaded.set(uri.toString(), state);
    return state;
  }

  function drop(key: string): void {
    loads.delete(key);
    loaded.delete(key);
  }

  /** Returns the state that a document's unsaved changes are based on. @throws Error with a message for the user */
  async function baseOf(uri: vscode.Uri): Promise<DocumentState> {
    const key = uri.toString();
    const before = bases.get(key) ?? (await restoredBase(key));
    if (!before && stored.get(key)) throw saveRefused(accountChangedText());
    try {
      const now = await open(uri);
      return before && before.text !== now.text ? before : now;
    } catch (error) {
      if (before && hasSessionEnded(before)) return before;
      throw saveRefused((error as Error).message);
    }
  }

  const notifyChanged = (uri: vscode.Uri, type: vscode.FileChangeType) => fileChanged.fire([{ uri, type }]);

  /** VS Code ignores a new text with the same time and length, so its time must be later. */
  function withNewerMtime(key: string, state: DocumentState): DocumentState {
    const before = bases.get(key);
    if (!before || before.text === state.text) return state;
    return { ...state, mtime: Math.max(state.mtime, before.mtime + 1) };
  }

  function reload(key: string): void {
    drop(key);
    notifyChanged(vscode.Uri.parse(key), vscode.FileChangeType.Changed);
  }

  /** Acts only on documents without unsaved changes. */
  function onChanged(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    const state = loaded.get(key);
    if (!state || document.isDirty) return;
    if (hasSessionEnded(state)) reload(key);
    else if (document.getText() === state.text) setBase(key, state);
  }

  const provider: FileAccess = {
    async stat(uri) {
      const folder = { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
      if (!documentId(uri.path)) return folder;
      const { guardrail, text, mtime } = await open(uri);
      const size = new TextEncoder().encode(text).length;
      return { type: vscode.FileType.File, ctime: toMillis(guardrail.created_at), mtime, size };
    },
    readFile: async (uri) => new TextEncoder().encode((await open(uri)).text),
    async writeFile(uri, content) {
      const before = await baseOf(uri);
      const text = new TextDecoder().decode(content);
      if (text === before.text) return;
      if (hasSessionEnded(before)) throw saveRefused(accountChangedText());
      const after = toDocumentState({ guardrail: await write(uri, before, text), session: before.session });
      setBase(uri.toString(), store(uri, { ...after, mtime: Math.max(after.mtime, before.mtime + 1) }));
    },
  };

  return {
    provider,
    update(session, guardrails) {
      for (const [key, state] of loaded) {
        if (state.session !== session) continue;
        const uri = vscode.Uri.parse(key);
        const now = guardrails.find(({ id }) => id === state.guardrail.id);
        if (!now) {
          drop(key);
          notifyChanged(uri, vscode.FileChangeType.Deleted);
          continue;
        }
        const next = toDocumentState({ guardrail: now, session });
        if (isDirty(key) || next.text === state.text || next.mtime <= state.mtime) continue;
        store(uri, next);
        notifyChanged(uri, vscode.FileChangeType.Changed);
      }
    },
    onAccountChanged(ready) {
      for (const [key, state] of new Map([...bases, ...loaded])) {
        if (!hasSessionEnded(state) || isDirty(key)) continue;
        // Pending and failed loads are not retried until the account is ready.
        if (loaded.has(key) || (ready && !loads.has(key))) reload(key);
      }
    },
    onChanged,
    onSaved(document) {
      const { uri } = document;
      const state = loaded.get(uri.toString());
      if (!state || hasSessionEnded(state) || state.text === document.getText()) return onChanged(document);
      store(uri, { ...state, mtime: state.mtime + 1 });
      notifyChanged(uri, vscode.FileChangeType.Changed);
    },
    onClosed({ uri }) {
      // VS Code also reports a document as closed when its language mode changes.
      if (vscode.workspace.textDocuments.some((one) => one.uri.toString() === uri.toString())) return;
      drop(uri.toString());
      bases.delete(uri.toString());
      stored.delete(uri.toString());
    },
  };
}

function toDocumentState({ guardrail, session }: LoadedGuardrail): DocumentState {
  const text = formatGuardrailDocument(getEditableFields(guardrail));
  return { guardrail, session, text, mtime: toMillis(guardrail.updated_at ?? guardrail.created_at) };
}

/** True if the session that the guardrail was read in has ended. */
function hasSessionEnded({ session }: LoadedGuardrail): boolean {
  return session.signal.aborted;
}

function isDirty(key: string): boolean {
  return vscode.workspace.textDocuments.some((one) => one.isDirty && one.uri.toString() === key);
}

function toMillis(iso: string): number {
  return Date.parse(iso) || 0;
}

/** An error for a failed save. VS Code shows only its name and message. */
export function saveRefused(message: string): Error {
  const error = new Error(message);
  error.name = "OpenRouter";
  return error;
}

export function accountChangedText(): string {
  return vscode.l10n.t(
    "The account was switched or removed after this document was opened. Nothing was sent; revert the document to edit the current account.",
  );
}
