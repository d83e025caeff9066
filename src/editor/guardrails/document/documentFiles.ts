import * as vscode from "vscode";
import { editableOf, guardrailText } from "../../../openrouter/guardrailChanges.ts";
import type { Guardrail } from "../../../openrouter/index.ts";
import { documentId } from "./documentPath.ts";
import { refusal } from "./refusal.ts";

/** A guardrail as its document was opened, or as OpenRouter answered when it was saved. */
export interface OpenedGuardrail {
  guardrail: Guardrail;
  text: string;
  /** ms; VS Code takes a document for changed elsewhere once this grows. */
  mtime: number;
}

export interface DocumentFiles extends vscode.Disposable {
  provider: vscode.FileSystemProvider;
  /** Takes over what OpenRouter has now, unless that is older or the document holds unsaved changes. */
  update(find: (id: string) => Guardrail | undefined): void;
  /** Once a document was saved: shows it as OpenRouter answered, where that reads otherwise. */
  saved(document: vscode.TextDocument): void;
  closed(document: vscode.TextDocument): void;
  /** Another account is in use: what was opened may not be its own. */
  forget(): void;
}

interface DocumentFilesOptions {
  /** Reads a guardrail from OpenRouter. @throws FileSystemError */
  read(id: string): Promise<Guardrail>;
  /** Sends what the text changes, once the person agrees. @throws Error when nothing was sent */
  write(uri: vscode.Uri, opened: OpenedGuardrail, text: string): Promise<Guardrail>;
}

/** Guardrails as files: read from OpenRouter when they are opened, written there when they are saved. */
export function createDocumentFiles({ read, write }: DocumentFilesOptions): DocumentFiles {
  const changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  const opened = new Map<string, Promise<OpenedGuardrail>>();
  const settled = new Map<string, OpenedGuardrail>();

  function open(uri: vscode.Uri): Promise<OpenedGuardrail> {
    const key = uri.toString();
    const id = documentId(uri.path);
    if (!id) throw vscode.FileSystemError.FileNotFound(uri);
    const known = opened.get(key);
    if (known) return known;
    const reading = read(id).then((guardrail) => keep(uri, openedAs(guardrail)));
    opened.set(key, reading);
    reading.catch(() => opened.get(key) === reading && opened.delete(key));
    return reading;
  }

  function keep(uri: vscode.Uri, state: OpenedGuardrail): OpenedGuardrail {
    opened.set(uri.toString(), Promise.resolve(state));
    settled.set(uri.toString(), state);
    return state;
  }

  function drop(key: string): void {
    opened.delete(key);
    settled.delete(key);
  }

  const tell = (uri: vscode.Uri, type: vscode.FileChangeType) => changed.fire([{ uri, type }]);

  const provider: vscode.FileSystemProvider = {
    onDidChangeFile: changed.event,
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
      const before = await open(uri).catch((error: Error) => {
        throw refusal(error.message);
      });
      const text = new TextDecoder().decode(content);
      if (text === before.text) return;
      const after = openedAs(await write(uri, before, text));
      keep(uri, { ...after, mtime: Math.max(after.mtime, before.mtime + 1) });
    },
    readDirectory: () => [],
    createDirectory: refuse,
    delete: refuse,
    rename: refuse,
  };

  return {
    provider,
    update(find) {
      for (const [key, state] of settled) {
        const uri = vscode.Uri.parse(key);
        const now = find(state.guardrail.id);
        if (!now) {
          drop(key);
          tell(uri, vscode.FileChangeType.Deleted);
          continue;
        }
        const next = openedAs(now);
        const dirty = vscode.workspace.textDocuments.some((one) => one.isDirty && one.uri.toString() === key);
        if (dirty || next.text === state.text || next.mtime <= state.mtime) continue;
        keep(uri, next);
        tell(uri, vscode.FileChangeType.Changed);
      }
    },
    saved(document) {
      const { uri } = document;
      const state = settled.get(uri.toString());
      if (!state || state.text === document.getText()) return;
      keep(uri, { ...state, mtime: state.mtime + 1 });
      tell(uri, vscode.FileChangeType.Changed);
    },
    closed: ({ uri }) => drop(uri.toString()),
    forget() {
      const keys = [...settled.keys()];
      opened.clear();
      settled.clear();
      changed.fire(keys.map((key) => ({ uri: vscode.Uri.parse(key), type: vscode.FileChangeType.Changed })));
    },
    dispose: () => changed.dispose(),
  };
}

function openedAs(guardrail: Guardrail): OpenedGuardrail {
  const text = guardrailText(editableOf(guardrail));
  return { guardrail, text, mtime: time(guardrail.updated_at ?? guardrail.created_at) };
}

function time(iso: string): number {
  return Date.parse(iso) || 0;
}

function refuse(uri: vscode.Uri): never {
  throw vscode.FileSystemError.NoPermissions(uri);
}
