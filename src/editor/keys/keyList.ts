import type * as vscode from "vscode";
import type { Key } from "../../openrouter/index.ts";
import type { AccountSession } from "../data/accountData.ts";
import type { Node } from "../ui/node.ts";
import type { ResourceView } from "../ui/resourceView.ts";
import type { KeyQuery } from "./keyQuery.ts";

/** How many rows of a workspace are shown first, and how many more at a time. */
export const BATCH_SIZE = 200;

/** The Keys view, as commands and other wings use it. */
export interface KeyList extends ResourceView {
  readonly query: KeyQuery;
  setQuery(change: Partial<KeyQuery>): void;
  /** Shows the next batch of a group's rows. */
  showMore(groupId: string): void;
  /** Keeps a key in sight after it was changed here, whatever the query hides. */
  pin(session: AccountSession, hash: string): void;
  /** Shows a key as OpenRouter answered it, and keeps it in sight. */
  showKey(session: AccountSession, key: Key): void;
  /** Selects a key's row, if the view is visible and shows it. */
  reveal(session: AccountSession, hash: string): Promise<void>;
}

/** Rows that another wing shows above the keys. */
export interface RowSource {
  readonly onDidChange: vscode.Event<void>;
  rows(session: AccountSession): Node[];
}
