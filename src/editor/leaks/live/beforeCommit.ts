import { join } from "node:path";
import * as vscode from "vscode";
import { settingIds } from "../../platform/ids.ts";
import { joinFirst } from "../../platform/quoted.ts";
import { reportErrors } from "../../platform/registerCommands.ts";
import { searchesBeforeCommit } from "../../platform/settings.ts";
import { type GitApi, type GitRepository, withGit } from "./gitApi.ts";
import { findLeaks, reporting } from "./problems.ts";
import type { LiveContext } from "./services.ts";
import { findStagedLeaks, type SearchedObjects } from "./stagedFiles.ts";
import { fileName, maskedSecret } from "./texts.ts";

/** A staged file with secrets. */
interface Staged {
  uri: vscode.Uri;
  object: string;
  secrets: readonly string[];
}

/** The Git extension reports changes several times for one command. */
const PAUSE_MS = 300;

/** Warns of secrets in staged files: marks them in Source Control and says so once for each content. Prevents no commit. */
export function watchCommits(context: LiveContext): vscode.Disposable {
  let watching: vscode.Disposable | undefined;
  const update = () => {
    if (searchesBeforeCommit()) watching ??= withGit((git) => watchRepositories(context, git));
    else {
      watching?.dispose();
      watching = undefined;
    }
  };
  const listener = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(settingIds.leaksBeforeCommit)) update();
  });
  update();
  return {
    dispose() {
      listener.dispose();
      watching?.dispose();
    },
  };
}

function watchRepositories(context: LiveContext, git: GitApi): vscode.Disposable {
  const marks = createMarks();
  const warned = new Set<string>();
  const watched = new Map<GitRepository, vscode.Disposable>();

  function watch(repository: GitRepository): void {
    if (!watched.has(repository)) watched.set(repository, watchRepository(repository));
  }

  function watchRepository(repository: GitRepository): vscode.Disposable {
    let timer: NodeJS.Timeout | undefined;
    let running = Promise.resolve();
    let isDisposed = false;
    const searched: SearchedObjects = new Map();
    const check = async () => {
      if (isDisposed) return;
      const staged = await stagedLeaks(context, git, repository, searched);
      if (isDisposed) return;
      marks.set(repository, staged);
      const isNew = ({ uri, object }: Staged) => !warned.has(`${uri} ${object}`);
      const news = staged.filter(isNew);
      for (const { uri, object } of news) warned.add(`${uri} ${object}`);
      if (news.length > 0) warn(context, repository, news);
    };
    const schedule = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        // If Git fails, there is nothing to warn of: it would refuse the commit, too.
        running = running.then(check).catch(() => {});
      }, PAUSE_MS);
    };
    schedule();
    const listeners = [repository.state.onDidChange(schedule), context.baselines.onDidChange(schedule)];
    return {
      dispose() {
        isDisposed = true;
        clearTimeout(timer);
        for (const listener of listeners) listener.dispose();
        marks.set(repository, []);
      },
    };
  }

  for (const repository of git.repositories) watch(repository);
  const listeners = [
    git.onDidOpenRepository(watch),
    git.onDidCloseRepository((repository) => {
      watched.get(repository)?.dispose();
      watched.delete(repository);
    }),
  ];
  return {
    dispose() {
      for (const one of [...watched.values(), ...listeners, marks]) one.dispose();
    },
  };
}

async function stagedLeaks(
  context: LiveContext,
  git: GitApi,
  { rootUri, state }: GitRepository,
  searched: SearchedObjects,
): Promise<Staged[]> {
  if (state.indexChanges.length === 0) return [];
  const leaks = await findStagedLeaks({ git: git.git.path, root: rootUri.fsPath }, searched);
  if (leaks.length === 0) return [];
  const isReported = await reporting(context);
  return leaks.flatMap(({ path, object, secrets, allowed }) => {
    const uri = vscode.Uri.file(join(rootUri.fsPath, path));
    const left = [
      ...secrets.filter((secret) => isReported({ secret, isAllowed: false }, uri)),
      ...allowed.filter((secret) => isReported({ secret, isAllowed: true }, uri)),
    ];
    return left.length > 0 ? [{ uri, object, secrets: left }] : [];
  });
}

const labelsOf = (secrets: readonly string[]) => joinFirst([...new Set(secrets.map(maskedSecret))]);

function warn(context: LiveContext, repository: GitRepository, staged: readonly Staged[]): void {
  const t = vscode.l10n.t;
  const [first] = staged;
  const files = joinFirst(staged.map(({ uri }) => fileName(uri)));
  const text =
    staged.length === 1 && first
      ? t("{0} is staged with an OpenRouter key in it: {1}.", files, labelsOf(first.secrets))
      : t("{0} files are staged with OpenRouter keys in them: {1}.", staged.length, files);
  const [show, unstage] = [t("Show"), t("Unstage")];
  void vscode.window.showWarningMessage(text, show, unstage).then((answer) =>
    reportErrors(context.log, settingIds.leaksBeforeCommit, async () => {
      if (answer === unstage) await repository.revert(staged.map(({ uri }) => uri.fsPath));
      if (answer === show) await showStaged(context, staged);
    }),
  );
}

/** Opens the file, or one of them, at its first secret. */
async function showStaged(context: LiveContext, staged: readonly Staged[]): Promise<void> {
  const items = staged.map(({ uri, secrets }) => ({ label: fileName(uri), description: labelsOf(secrets), uri }));
  const placeHolder = vscode.l10n.t("Select a file");
  const picked = items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { placeHolder });
  if (!picked) return;
  // What the API of documents opens, VS Code keeps for minutes after its editor is closed, with its problems.
  await vscode.commands.executeCommand("vscode.open", picked.uri);
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.toString() !== picked.uri.toString()) return;
  const [found] = await findLeaks(context, editor.document);
  if (!found) return;
  const { document } = editor;
  editor.selection = new vscode.Selection(document.positionAt(found.start), document.positionAt(found.end));
  editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

interface Marks extends vscode.Disposable {
  set(repository: GitRepository, staged: readonly Staged[]): void;
}

/** Marks files in Source Control and in the Explorer. */
function createMarks(): Marks {
  const byRepository = new Map<GitRepository, readonly Staged[]>();
  const changed = new vscode.EventEmitter<vscode.Uri[]>();
  const find = (uri: vscode.Uri) =>
    [...byRepository.values()].flat().find((staged) => staged.uri.toString() === uri.toString());
  const provider = vscode.window.registerFileDecorationProvider({
    onDidChangeFileDecorations: changed.event,
    provideFileDecoration(uri) {
      const staged = uri.scheme === "file" ? find(uri) : undefined;
      if (!staged) return undefined;
      const tooltip = vscode.l10n.t("Staged with an OpenRouter key: {0}", labelsOf(staged.secrets));
      return { badge: "!", tooltip, color: new vscode.ThemeColor("list.warningForeground"), propagate: true };
    },
  });
  return {
    set(repository, staged) {
      const before = byRepository.get(repository) ?? [];
      byRepository.set(repository, staged);
      const uris = [...before, ...staged].map(({ uri }) => uri);
      if (uris.length > 0) changed.fire(uris);
    },
    dispose() {
      provider.dispose();
      changed.dispose();
    },
  };
}
