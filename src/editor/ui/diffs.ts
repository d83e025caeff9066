import * as vscode from "vscode";

/** Shows a text before and after a change that is not made yet. */
export interface Diffs extends vscode.Disposable {
  /** Opens the diff editor and returns a function that closes it. */
  show(texts: { title: string; name: string; before: string; after: string }): Promise<() => Promise<void>>;
}

/** @param scheme the URI scheme of the texts, which no other feature uses */
export function createDiffs(scheme: string): Diffs {
  const texts = new Map<string, string>();
  let diffCount = 0;
  const registration = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: (uri) => texts.get(uri.toString()),
  });

  return {
    async show({ title, name, before, after }) {
      diffCount += 1;
      const addText = (side: string, text: string) => {
        const uri = vscode.Uri.from({ scheme, path: `/${diffCount}/${side}/${name}` });
        texts.set(uri.toString(), text);
        return uri;
      };
      const [left, right] = [addText("now", before), addText("after", after)];
      await vscode.commands.executeCommand("vscode.diff", left, right, title, { preview: true });
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
