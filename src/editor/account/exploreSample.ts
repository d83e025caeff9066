import * as vscode from "vscode";
import { viewIds } from "../platform/ids.ts";
import type { Account } from "./account.ts";
import { SAMPLE_ID } from "./profileList.ts";

/** Switches to the sample account. Stored keys stay. */
export async function exploreSample(account: Account): Promise<void> {
  await account.use(SAMPLE_ID);
  await account.credentials(); // start it now, so that this command reports a failure
  await vscode.commands.executeCommand(`${viewIds.credits}.focus`);
}
