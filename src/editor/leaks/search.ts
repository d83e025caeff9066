import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { SweepProgress } from "../../leaks/model.ts";
import { formatCount } from "../../openrouter/text/format.ts";
import { MaskedSecret } from "../../openrouter/text/maskedSecret.ts";
import { errorLogText } from "../platform/errorText.ts";
import { displayLocale } from "../platform/locale.ts";
import { sortPlaces } from "./facts.ts";
import { findGit } from "./git.ts";
import type { LeakSearch } from "./leakList.ts";
import { ownManagementKeys } from "./ownKeys.ts";
import type { LeakServices } from "./services.ts";
import { unsavedTexts } from "./unsavedTexts.ts";

/** Says why there is nothing to search. */
function refuse(hasFolders: boolean): never {
  const t = vscode.l10n.t;
  const openFolder = t("Open Folder");
  const text = hasFolders
    ? t("The folders of this workspace aren't on this computer, so they can't be searched.")
    : t("Open a folder first: leaked keys are searched in the files and the Git history of the workspace.");
  void vscode.window.showInformationMessage(text, ...(hasFolders ? [] : [openFolder])).then((answer) => {
    if (answer === openFolder) void vscode.commands.executeCommand("workbench.action.files.openFolder");
  });
  throw new vscode.CancellationError();
}

/**
 * Searches the workspace's files, its unsaved editors and, if the workspace is trusted, its Git history. A cancelled search has
 * a partial result. @throws vscode.CancellationError if there is nothing to search
 */
export async function searchWorkspace(services: LeakServices): Promise<LeakSearch> {
  const t = vscode.l10n.t;
  const all = vscode.workspace.workspaceFolders ?? [];
  const local = all.filter(({ uri }) => uri.scheme === "file");
  const texts = unsavedTexts();
  if (local.length === 0 && texts.length === 0) return refuse(all.length > 0);
  const withHistory = vscode.workspace.isTrusted;
  const git = withHistory ? await findGit() : undefined;
  const { startSweep } = await import("../../leaks/startSweep.ts");
  const result = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: t("Searching for leaked keys"), cancellable: true },
    async (progress, token) => {
      const controller = new AbortController();
      const listener = token.onCancellationRequested(() => controller.abort());
      try {
        return await startSweep(
          { folders: local.map(({ uri }) => uri.fsPath), texts, history: withHistory, git },
          { signal: controller.signal, onProgress: (now) => progress.report({ message: progressText(now) }) },
        );
      } finally {
        listener.dispose();
      }
    },
  );
  const { secrets, ...rest } = result;
  const managementOf = await ownManagementKeys(services.account).catch((error: unknown) => {
    services.log.error(`Leaked keys: ${errorLogText(error)}`);
  });
  return {
    ...rest,
    leaks: secrets.map(({ secret, places }) => ({
      id: `leak:${randomUUID()}`,
      secret: new MaskedSecret(secret),
      places: sortPlaces(places),
      managementOf: managementOf?.get(secret),
    })),
    isCompared: managementOf !== undefined,
    at: new Date(),
    notSearched: all.filter(({ uri }) => uri.scheme !== "file").map(({ name }) => name),
    withHistory,
  };
}

function progressText({ phase, done, total }: SweepProgress): string {
  const t = vscode.l10n.t;
  const number = (value: number) => formatCount(value, displayLocale());
  if (phase === "files") return t("files: {0}", number(done));
  return total === undefined
    ? t("Git history: {0}", number(done))
    : t("Git history: {0} of {1}", number(done), number(total));
}
