import * as vscode from "vscode";
import { sampleNeedsComputer } from "./sampleAccount.web.ts";

/** Says why there is no sample account in a browser. */
export async function exploreSample(): Promise<void> {
  void vscode.window.showInformationMessage(sampleNeedsComputer());
}
