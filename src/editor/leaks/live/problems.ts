import * as vscode from "vscode";
import type { FoundSecret } from "../../../leaks/detect/findSecrets.ts";
import { markAllowed } from "../../../leaks/ignore.ts";
import { exposedKeyUrl, managementKeysUrl } from "../../../openrouter/links.ts";
import { settingIds } from "../../platform/ids.ts";
import { showsLeakProblems } from "../../platform/settings.ts";
import { SOURCE } from "./baselines.ts";
import { findInPieces } from "./findInPieces.ts";
import { isGitIgnored } from "./gitIgnored.ts";
import type { Identity } from "./identity.ts";
import type { LiveContext } from "./services.ts";
import { problemText } from "./texts.ts";

/** The rules of our diagnostics. */
export const LEAKED_KEY = "leaked-key";
export const LEAKED_MANAGEMENT_KEY = "leaked-management-key";

/** How long nobody has typed before a document is searched, ms: longer for large ones. */
const PAUSE_MS = 300;
const LONG_PAUSE_MS = 1_500;
const LARGE = 1_000_000;
/** The most problems of a document. */
const MAX_PROBLEMS = 500;

/** Shows a problem for each secret in open documents: files, unsaved editors and cells of notebooks. */
export function showProblems(context: LiveContext): vscode.Disposable {
  const { baselines, identifier } = context;
  const problems = vscode.languages.createDiagnosticCollection("openrouter-admin-leaks");
  const pending = new Map<vscode.TextDocument, AbortController>();

  function cancel(document: vscode.TextDocument): void {
    pending.get(document)?.abort();
    pending.delete(document);
  }

  /** Searches a document after a pause, unless it changes again meanwhile. */
  function schedule(document: vscode.TextDocument, pauseMs: number): void {
    cancel(document);
    if (!isSearched(document)) return;
    const control = new AbortController();
    pending.set(document, control);
    const timer = setTimeout(() => void search(document, control.signal), pauseMs);
    control.signal.addEventListener("abort", () => clearTimeout(timer));
  }

  async function search(document: vscode.TextDocument, signal: AbortSignal): Promise<void> {
    const found = await findLeaks(context, document, signal).catch(() => undefined);
    const identify = found?.length ? await identifier.read() : undefined;
    const isIgnored = identify !== undefined && (await isGitIgnored(document.uri));
    if (!found || signal.aborted) return;
    pending.delete(document);
    if (document.isClosed) return;
    problems.set(
      document.uri,
      identify
        ? found.slice(0, MAX_PROBLEMS).map((one) => toDiagnostic(document, one, identify(one.secret), isIgnored))
        : [],
    );
  }

  function toDiagnostic(
    document: vscode.TextDocument,
    { secret, form, start, end }: FoundSecret,
    identity: Identity,
    isIgnored: boolean,
  ): vscode.Diagnostic {
    const isManagement = identity.kind === "management";
    // A key in an ignored file, such as `.env`, is where it belongs, as long as nobody else can read the file.
    const severity = vscode.DiagnosticSeverity[isManagement ? "Error" : isIgnored ? "Information" : "Warning"];
    const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
    const found = new vscode.Diagnostic(range, problemText({ secret, form, isIgnored }, identity), severity);
    found.source = SOURCE;
    found.code = isManagement
      ? { value: LEAKED_MANAGEMENT_KEY, target: vscode.Uri.parse(managementKeysUrl) }
      : { value: LEAKED_KEY, target: vscode.Uri.parse(exposedKeyUrl) };
    return found;
  }

  const searchAll = () => {
    for (const document of vscode.workspace.textDocuments) {
      if (showsLeakProblems()) schedule(document, 0);
      else {
        cancel(document);
        problems.delete(document.uri);
      }
    }
  };

  searchAll();
  return vscode.Disposable.from(
    problems,
    vscode.workspace.onDidOpenTextDocument((document) => schedule(document, 0)),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0) schedule(document, pauseOf(document));
    }),
    vscode.workspace.onDidCloseTextDocument((document) => {
      cancel(document);
      problems.delete(document.uri);
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(settingIds.leakProblems)) searchAll();
    }),
    baselines.onDidChange(searchAll),
    vscode.workspace.onDidSaveTextDocument(({ fileName }) => {
      if (fileName.endsWith(".gitignore")) searchAll();
    }),
    identifier.onDidChange(searchAll),
    { dispose: () => [...pending.keys()].forEach(cancel) },
  );
}

type Found = FoundSecret & { isAllowed: boolean };

/** What was found in the current version of documents. */
const searched = new WeakMap<vscode.TextDocument, { version: number; found: Found[] }>();

/** Finds the secrets of a document, without those that a comment or the baseline allows. @throws the signal's reason */
export async function findLeaks(
  context: Pick<LiveContext, "baselines" | "identifier">,
  document: vscode.TextDocument,
  signal?: AbortSignal,
): Promise<FoundSecret[]> {
  const { version } = document;
  let last = searched.get(document);
  if (last?.version !== version) {
    const text = document.getText();
    last = { version, found: markAllowed(text, await findInPieces(text, signal)) };
    searched.set(document, last);
  }
  if (last.found.length === 0) return [];
  const isReported = await reporting(context);
  return last.found.filter((one) => isReported(one, document.uri));
}

/**
 * Returns a function that tells whether a found secret is reported: not if a comment or the baseline allows it. Nobody can allow
 * the user's own management keys: the comment or the baseline may come from whoever wants them to stay.
 */
export async function reporting({
  baselines,
  identifier,
}: Pick<LiveContext, "baselines" | "identifier">): Promise<
  (found: Pick<Found, "secret" | "isAllowed">, uri: vscode.Uri) => boolean
> {
  const identify = await identifier.read();
  return ({ secret, isAllowed }, uri) =>
    (!isAllowed && !baselines.isFalseAlarm(secret, uri)) || identify(secret).kind === "management";
}

/** Schemes of texts that the user writes, besides those of files. */
const WRITTEN = new Set(["untitled", "vscode-notebook-cell"]);

/** True for documents that the user can change: not for output, nor for an older version in a comparison. */
function isSearched({ uri }: vscode.TextDocument): boolean {
  const isWritten = WRITTEN.has(uri.scheme) || vscode.workspace.fs.isWritableFileSystem(uri.scheme) === true;
  return isWritten && showsLeakProblems();
}

function pauseOf(document: vscode.TextDocument): number {
  return document.offsetAt(document.lineAt(document.lineCount - 1).range.end) > LARGE ? LONG_PAUSE_MS : PAUSE_MS;
}
