import { basename } from "node:path";
import * as vscode from "vscode";

/** The URI scheme of the texts in the diff editor. */
const clientConfigScheme = "openrouter-client-config";

const texts = new Map<string, string>();
let diffCount = 0;
let isRegistered = false;

/** Registers the provider of the texts once. */
export function registerDiffs(subscriptions: vscode.Disposable[]): void {
  if (isRegistered) return;
  isRegistered = true;
  const provider = { provideTextDocumentContent: (uri: vscode.Uri) => texts.get(uri.toString()) };
  subscriptions.push(vscode.workspace.registerTextDocumentContentProvider(clientConfigScheme, provider));
}

/** Opens a diff of a file before and after a change that is not written yet, and returns a function that closes it. */
export async function showDiff(file: string, before: string, after: string): Promise<() => Promise<void>> {
  diffCount += 1;
  const addText = (side: string, text: string) => {
    const path = `/${diffCount}/${side}/${basename(file)}`;
    const uri = vscode.Uri.from({ scheme: clientConfigScheme, path });
    texts.set(uri.toString(), text);
    return uri;
  };
  const [left, right] = [addText("now", before), addText("after", after)];
  const title = vscode.l10n.t("{0} (now ↔ after writing)", basename(file));
  await vscode.commands.executeCommand("vscode.diff", left, right, title, { preview: true });
  return async () => {
    for (const uri of [left, right]) texts.delete(uri.toString());
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    const diffTabs = tabs.filter(
      ({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.toString() === right.toString(),
    );
    await vscode.window.tabGroups.close(diffTabs);
  };
}
