import * as vscode from "vscode";
import { type Key, type KeyUpdate, updateKey } from "../../../openrouter/index.ts";
import { type App, clientOf, working } from "../../app.ts";
import { withKey } from "../../keys/keyChanges.ts";
import { keyName } from "../../keys/keyRows.ts";

/** Sends a change of a key and shows its row as the API answered. `PATCH /keys/{hash}` */
export async function changeKey(app: App, key: Key, body: KeyUpdate): Promise<Key> {
  const client = await clientOf(app);
  const title = vscode.l10n.t("Changing {0}", keyName(key));
  const changed = await working(title, (signal) => updateKey(client, key.hash, body, { signal }));
  app.views.keys.touch(key.hash);
  app.data.keys.change(withKey(changed));
  return changed;
}
