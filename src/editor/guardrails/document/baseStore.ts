import type * as vscode from "vscode";
import type { Guardrail } from "../../../openrouter/index.ts";
import { stateIds } from "../../platform/ids.ts";

/** The state that a document's unsaved changes are based on, as it is kept over a reload of the window. */
export interface StoredBase {
  /** The account that the guardrail was read from. */
  accountId: string;
  guardrail: Guardrail;
  /** Milliseconds, as VS Code knows it. */
  mtime: number;
}

/**
 * Keeps the bases of open documents. VS Code restores unsaved changes after a reload, but not what they are based on: compared
 * with the current guardrail, a change by someone else would look like the user's own, and be reverted.
 */
export interface BaseStore {
  get(document: string): StoredBase | undefined;
  set(document: string, base: StoredBase): void;
  delete(document: string): void;
}

/** Documents that were closed without notice, as in a crash, must not accumulate. */
const MAX_STORED = 50;

/** @param memory of the workspace, which VS Code also restores the documents with */
export function createBaseStore(memory: vscode.Memento): BaseStore {
  const bases = new Map(Object.entries(memory.get<Record<string, StoredBase>>(stateIds.guardrailBases) ?? {}));

  function save(): void {
    for (const document of bases.keys()) if (bases.size > MAX_STORED) bases.delete(document);
    void memory.update(stateIds.guardrailBases, Object.fromEntries(bases));
  }

  return {
    get: (document) => bases.get(document),
    set(document, base) {
      // The newest is last.
      bases.delete(document);
      bases.set(document, base);
      save();
    },
    delete(document) {
      if (bases.delete(document)) save();
    },
  };
}
