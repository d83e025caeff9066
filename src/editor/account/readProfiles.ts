import type * as vscode from "vscode";
import { secretIds } from "../platform/ids.ts";
import type { Found } from "./importDue.ts";
import { EMPTY_LIST, parseList, parseOldList } from "./profileList.ts";

export const keyId = (id: string) => `${secretIds.keyPrefix}${id}`;
export const oldKeyId = (id: string) => `${secretIds.oldKeyPrefix}${id}`;

/** Reads the accounts of this version and of earlier ones. */
export async function readProfiles(secrets: vscode.SecretStorage): Promise<Found> {
  const [list, old, legacyKey] = await Promise.all(
    [secretIds.profiles, secretIds.oldAccounts, secretIds.legacyKey].map((id) => secrets.get(id)),
  );
  return { list: parseList(list) ?? EMPTY_LIST, old: parseOldList(old), legacyKey: legacyKey || undefined };
}
