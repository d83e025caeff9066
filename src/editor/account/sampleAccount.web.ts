import * as vscode from "vscode";
import type { SampleAccount } from "../../sample/index.ts";

/** The sample account is a server, which a browser can't start. */
export function createSampleHost() {
  return {
    async start(): Promise<SampleAccount & { id: string }> {
      throw new Error(sampleNeedsComputer());
    },
    async stop(): Promise<void> {},
  };
}

/** Says why there is no sample account, and what to do. */
export function sampleNeedsComputer(): string {
  return vscode.l10n.t(
    "The sample account needs VS Code on a computer: it is a small server, and a browser can't start one. Open VS Code desktop, or set a key of your own.",
  );
}
