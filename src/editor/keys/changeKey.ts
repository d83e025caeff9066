import * as vscode from "vscode";
import { type Key, type KeyUpdate, updateKey } from "../../openrouter/index.ts";
import type { AccountSession } from "../data/accountData.ts";
import { keyName } from "../data/names.ts";
import { runRetriable } from "../platform/retryAction.ts";
import { runWithProgress } from "../ui/progress.ts";
import { warnOfDifferences } from "../ui/warnOfDifferences.ts";
import type { KeyList } from "./keyList.ts";
import { requireKeyExists } from "./pickKey.ts";

/** Updates a key and shows the API's response in its row. `PATCH /keys/{hash}` */
export function changeKey(list: KeyList, session: AccountSession, key: Key, body: KeyUpdate): Promise<void> {
  const title = vscode.l10n.t("Changing {0}", keyName(key));
  const send = async () => {
    requireKeyExists(session, key);
    return runWithProgress(title, (signal) => updateKey(session.client, key.hash, body, { signal }));
  };
  return runRetriable(send, (changed) => {
    list.showKey(session, changed);
    void warnOfDifferences(keyName(key), body, changed);
  });
}
