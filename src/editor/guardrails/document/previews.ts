import * as vscode from "vscode";
import { type NamedAccount, titleWithAccount } from "../../platform/accountText.ts";
import { previewScheme } from "./documentPath.ts";

/** Shows a diff of a document before and after saving. */
export interface Previews extends vscode.Disposable {
  /** Opens the diff editor and returns a function that closes it. */
  show(account: NamedAccount, name: string, before: string, after: string): Promise<() => Promise<void>>;
}

export function createPreviews(): Previews {
  const texts = new Map<string, string>();
  let previewCount = 0;
  const registration = vscode.workspace.registerTextDocumentContentProvider(previewScheme, {
    provideTextDocumentContent: (uri) => texts.get(uri.toString()),
  });

  return {
    async show(account, name, before, after) {
      previewCount += 1;
      const addText = (path: string, text: string) => {
        const uri = vscode.Uri.from({ scheme: previewScheme, path: `/${previewCount}/${path}/${name}` });
        texts.set(uri.toString(), text);
        return uri;
      };
      const [left, right] = [addText("now", before), addText("after", after)];
      const title = vscode.l10n.t("{0} (at OpenRouter ↔ after saving)", name);
      await vscode.commands.executeCommand("vscode.diff", left, right, titleWithAccount(title, account), {
        preview: true,
      });
      return async () => {
        for (const uri of [left, right]) texts.delete(uri.toString());
        const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
        const diffTabs = tabs.filter(
          ({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.toString() === right.toString(),
        );
        await vscode.window.tabGroups.close(diffTabs);
      };
    },
    dispose: () => registration.dispose(),
  };
}
