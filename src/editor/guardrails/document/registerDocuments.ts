import * as vscode from "vscode";
import type { DocumentServices } from "../services.ts";
import type { FileAccess } from "./documentFiles.ts";
import { documentScheme, schemaAddress, schemaScheme } from "./documentUris.ts";

/** Registers the file system of the guardrail documents and their JSON Schema. Their code is loaded with the first document. */
export function registerGuardrailDocuments(services: DocumentServices): vscode.Disposable {
  const fileChanged = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  const loaded: vscode.Disposable[] = [];
  let loading: Promise<FileAccess> | undefined;

  function provider(): Promise<FileAccess> {
    loading ??= import("./documents.ts").then(({ createDocuments }) => {
      const documents = createDocuments(services, fileChanged);
      loaded.push(documents);
      return documents.provider;
    });
    return loading;
  }

  // A document with unsaved changes is restored without being read.
  const loadFor = (document: vscode.TextDocument) => {
    if (document.uri.scheme === documentScheme) void provider();
  };
  vscode.workspace.textDocuments.forEach(loadFor);
  const denyAccess = (uri: vscode.Uri): never => {
    throw vscode.FileSystemError.NoPermissions(uri);
  };
  const files: vscode.FileSystemProvider = {
    onDidChangeFile: fileChanged.event,
    watch: () => ({ dispose() {} }),
    stat: async (uri) => (await provider()).stat(uri),
    readFile: async (uri) => (await provider()).readFile(uri),
    writeFile: async (uri, content, options) => (await provider()).writeFile(uri, content, options),
    readDirectory: () => [],
    createDirectory: denyAccess,
    delete: denyAccess,
    rename: denyAccess,
  };
  return vscode.Disposable.from(
    fileChanged,
    { dispose: () => vscode.Disposable.from(...loaded).dispose() },
    vscode.workspace.registerFileSystemProvider(documentScheme, files, { isCaseSensitive: true }),
    vscode.workspace.onDidOpenTextDocument(loadFor),
    serveSchema(services),
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
