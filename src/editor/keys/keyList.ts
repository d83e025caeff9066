import type * as vscode from "vscode";
import type { Key } from "../../openrouter/index.ts";
import type { AccountSession } from "../data/accountData.ts";
import type { Node } from "../ui/node.ts";
import type { ResourceView } from "../ui/resourceView.ts";
import type { KeyQuery } from "./keyQuery.ts";
import type { KeyContext } from "./keyRows.ts";

/** The number of rows shown per workspace at first, and added by each Show More. */
export const BATCH_SIZE = 200;

/** The interface of the Keys view for commands and other wings. */
export interface KeyList extends ResourceView {
  readonly query: KeyQuery;
  setQuery(change: Partial<KeyQuery>): void;
  /** Shows the next batch of a group's rows. */
  showMore(groupId: string): void;
  /** Keeps a key visible after it was changed here, even if it is disabled or expired, or doesn't match the filter of now. */
  pin(session: AccountSession, hash: string): void;
  /** Updates a key's row from OpenRouter's response, and pins it. */
  showKey(session: AccountSession, key: Key): void;
  /** Selects a key's row, if the view contains it and is visible or is to be opened. */
  reveal(session: AccountSession, hash: string, options?: { opensView?: boolean }): Promise<void>;
}

/** What another wing shows of each key: its first rows, and when its limit is reached. */
export interface RowsBelow {
  readonly onDidChange: vscode.Event<void>;
  /** Returns what creates it; called each time the keys are drawn. */
  rows(): Promise<Pick<KeyContext, "rowsBelow" | "limitForecast">>;
}

/** Rows that another wing shows above the keys. */
export interface RowSource {
  readonly onDidChange: vscode.Event<void>;
  rows(session: AccountSession): Promise<Node[]>;
}
