import * as vscode from "vscode";
import { commandIds } from "../../platform/ids.ts";
import type { CommandHandler, Wing } from "../../platform/wing.ts";
import type { RotationServices } from "../../rotation/services.ts";
import type { ResourceView } from "../../ui/resourceView.ts";
import type { Cures } from "./cures.ts";
import { resultsScheme } from "./resultsScheme.ts";

/**
 * Creates the commands that cure one key or many: they set limits, disable, replace, delete, or assign a guardrail. Needs
 * files, so that an interrupted run can be continued. Everything is imported with the first command or record.
 */
export function createCuresWing(
  { globalStorageUri }: vscode.ExtensionContext,
  rotation: RotationServices,
  safety: Pick<ResourceView, "tree">,
): Wing {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  let loaded: Promise<Cures> | undefined;
  const trees = [rotation.keys.tree, safety.tree];
  /** The tree in which rows were selected last comes first. */
  const following = trees.map((tree) =>
    tree.onDidChangeSelection(() => trees.sort((a, b) => Number(b === tree) - Number(a === tree))),
  );
  const selectedRows = () => trees.find(({ visible, selection }) => visible && selection.length > 0)?.selection ?? [];
  const cures = () => {
    loaded ??= import("./cures.ts").then((one) =>
      one.createCures(globalStorageUri, { ...rotation, selectedRows }, (uri) => changed.fire(uri)),
    );
    return loaded;
  };
  const cure =
    (kind: Parameters<Cures["cure"]>[0]): CommandHandler =>
    async (target, selection) =>
      (await cures()).cure(kind, target, selection);
  /** Without records, only looks for their folder. */
  const offer = () =>
    void vscode.workspace.fs
      .stat(vscode.Uri.joinPath(globalStorageUri, "cures"))
      .then(async () => (await cures()).offer())
      .then(undefined, () => {});

  offer();
  return {
    commands: {
      [commandIds.cureSetLimit]: cure("setLimit"),
      [commandIds.cureDisable]: cure("disable"),
      [commandIds.cureReplace]: cure("replace"),
      [commandIds.cureAssignGuardrail]: cure("assignGuardrail"),
      [commandIds.cureDelete]: cure("delete"),
      [commandIds.resumeCures]: async (target) => (await cures()).resume(target),
      [commandIds.undoCures]: async (target) => (await cures()).undo(target),
    },
    disposables: [
      changed,
      ...following,
      rotation.sessions.onDidChange(offer),
      vscode.workspace.registerTextDocumentContentProvider(resultsScheme, {
        onDidChange: changed.event,
        provideTextDocumentContent: async (uri) => (await cures()).readResults(uri),
      }),
      { dispose: () => void loaded?.then((one) => one.dispose()) },
    ],
  };
}
