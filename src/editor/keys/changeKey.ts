import * as vscode from "vscode";
import { type Key, type KeyUpdate, updateKey } from "../../openrouter/index.ts";
import { type App, clientOf, working } from "../app.ts";
import { retriable } from "../platform/retryAction.ts";
import { warnOfDifferences } from "../ui/warnOfDifferences.ts";
import { withChangedKey } from "./keyChanges.ts";
import { keyName } from "./keyRows.ts";
import { requireKnown } from "./pickKey.ts";

/** Sends a change of a key and shows its row as the API answered. `PATCH /keys/{hash}` */
export function changeKey(app: App, key: Key, body: KeyUpdate): Promise<void> {
  const send = async () => {
    const client = await clientOf(app);
    requireKnown(app, key);
    const title = vscode.l10n.t("Changing {0}", keyName(key));
    return working(title, (signal) => updateKey(client, key.hash, body, { signal }));
  };
  return retriable(send, (changed) => {
    app.views.keys.touch(key.hash);
    app.data.keys.change(withChangedKey(changed));
    void warnOfDifferences(keyName(key), body, changed);
  });
}
