import * as vscode from "vscode";
import { commandIds } from "../../platform/ids.ts";
import type { Wing } from "../../platform/wing.ts";
import type { RotationServices } from "../../rotation/services.ts";
import { resultsScheme } from "./resultsScheme.ts";
import type { CureServices } from "./services.ts";

/**
 * Creates the commands that cure one key or many: they set limits, disable, replace, delete, or assign a guardrail. Needs
 * files, so that an interrupted run can be continued. Everything is imported with the first command or record.
 */
export function createCuresWing({ globalStorageUri }: vscode.ExtensionContext, rotation: RotationServices): Wing {
  const { sessions, log } = rotation;
  const changed = new vscode.EventEmitter<vscode.Uri>();
  let created: Promise<CureServices> | undefined;

  async function create(): Promise<CureServices> {
    const [{ createCureJournal }, { resultsUri }] = await Promise.all([
      import("./journal.ts"),
      import("./resultsDocument.ts"),
    ]);
    const journal = createCureJournal(globalStorageUri);
    journal.onDidChange((id) => changed.fire(resultsUri(id)));
    return { ...rotation, journal };
  }
  const services = () => {
    created ??= create();
    return created;
  };

  type Start = typeof import("./start.ts").startCure;
  const cure =
    (kind: Parameters<Start>[1]) =>
    async (target?: unknown, selection?: unknown): Promise<void> =>
      (await import("./start.ts")).startCure(await services(), kind, target, selection);

  /** Offers what a crash interrupted. Without records, it only looks for their folder. */
  async function offer(): Promise<void> {
    const session = sessions.current;
    const folder = vscode.Uri.joinPath(globalStorageUri, "cures");
    const hasRecords = await vscode.workspace.fs.stat(folder).then(
      () => true,
      () => false,
    );
    if (session && hasRecords) await (await import("./resume.ts")).offerInterrupted(await services(), session);
  }
  const tryToOffer = () => void offer().catch((error: unknown) => log.error(`Key changes: ${error}`));

  const results: vscode.TextDocumentContentProvider = {
    onDidChange: changed.event,
    provideTextDocumentContent: async (uri) =>
      (await import("./resultsDocument.ts")).readResults(await services(), uri),
  };
  tryToOffer();
  return {
    commands: {
      [commandIds.cureSetLimit]: cure("setLimit"),
      [commandIds.cureDisable]: cure("disable"),
      [commandIds.cureReplace]: cure("replace"),
      [commandIds.cureAssignGuardrail]: cure("assignGuardrail"),
      [commandIds.cureDelete]: cure("delete"),
      [commandIds.resumeCures]: async (target) => (await import("./resume.ts")).resumeCures(await services(), target),
      [commandIds.undoCures]: async (target) => (await import("./undo.ts")).undoCures(await services(), target),
    },
    disposables: [
      changed,
      vscode.workspace.registerTextDocumentContentProvider(resultsScheme, results),
      sessions.onDidChange(tryToOffer),
      vscode.window.onDidChangeWindowState(({ focused }) => focused && tryToOffer()),
    ],
  };
}
