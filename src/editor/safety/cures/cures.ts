import type * as vscode from "vscode";
import type { CureKind } from "../../../openrouter/safety/cures/record.ts";
import type { RotationServices } from "../../rotation/services.ts";
import { createCureJournal } from "./journal.ts";
import { readResults, resultsUri } from "./resultsDocument.ts";
import type { CureServices } from "./services.ts";

/** How soon to look again while another window is working on a run, which it may not finish. */
const RECHECK_MS = 5_000;

/** What the wing runs; created with the first command or record. */
export interface Cures extends vscode.Disposable {
  cure(kind: Exclude<CureKind, "enable">, target: unknown, selection: unknown): Promise<void>;
  resume(target: unknown): Promise<void>;
  undo(target: unknown): Promise<void>;
  readResults(uri: vscode.Uri): Promise<string>;
  /** Offers what a crash interrupted in the account in use. */
  offer(): Promise<void>;
}

/** @param onResults called with the address of results that have changed */
export function createCures(
  storage: vscode.Uri,
  rotation: RotationServices & Pick<CureServices, "selectedRows">,
  onResults: (uri: vscode.Uri) => void,
): Cures {
  const { sessions, log } = rotation;
  const journal = createCureJournal(storage);
  journal.onDidChange((id) => onResults(resultsUri(id)));
  const services: CureServices = { ...rotation, journal };
  let recheck: NodeJS.Timeout | undefined;

  async function offer(): Promise<void> {
    clearTimeout(recheck);
    const session = sessions.current;
    if (!session) return;
    const { offerInterrupted } = await import("./resume.ts");
    if (await offerInterrupted(services, session)) recheck = setTimeout(tryToOffer, RECHECK_MS);
  }

  const tryToOffer = () => offer().catch((error: unknown) => log.error(`Key changes: ${error}`));

  return {
    cure: async (kind, target, selection) => (await import("./start.ts")).startCure(services, kind, target, selection),
    resume: async (target) => (await import("./resume.ts")).resumeCures(services, target),
    undo: async (target) => (await import("./undo.ts")).undoCures(services, target),
    readResults: (uri) => readResults(services, uri),
    offer: tryToOffer,
    dispose() {
      clearTimeout(recheck);
      journal.dispose();
    },
  };
}
