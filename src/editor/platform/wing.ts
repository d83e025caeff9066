import type * as vscode from "vscode";
import type { CommandId } from "./ids.ts";

/** A command; a menu gives it the row that it was opened on. */
export type CommandHandler = (target?: unknown) => Promise<void> | void;

/** What a wing brings to the extension. To add a view, add a wing and its line in `activate`. */
export interface Wing {
  commands?: Partial<Record<CommandId, CommandHandler>>;
  /** What shows figures of the account: Refresh and the timer read it again. */
  views?: readonly Refreshable[];
  /** Disposed with the extension. */
  disposables?: readonly vscode.Disposable[];
}

/** Something that shows figures of the account and can read them again. */
export interface Refreshable {
  /** True while a person can see it. */
  isVisible(): boolean;
  /** What it shows. Parts that several views show are read once for all of them. */
  parts(): readonly RefreshablePart[];
  /** Of those, what the timer reads again while the view is in sight. */
  timedParts(): readonly RefreshablePart[];
}

export interface RefreshablePart {
  /** True once the last reading, or the last attempt, is older than this and the API may be asked again. */
  isDue(ms: number): boolean;
  /** Reads again, from the API and not from the client's cache. */
  refresh(): Promise<void> | void;
}
