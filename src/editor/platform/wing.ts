import type * as vscode from "vscode";
import type { CommandId } from "./ids.ts";

/**
 * Handles a command. `target` is the row on which a menu was opened. `selection` contains all selected rows, if the menu was
 * opened on one of several.
 */
export type CommandHandler = (target?: unknown, selection?: unknown) => Promise<void> | void;

/** A feature of the extension. To add a view, add a wing and its line in `activate`. */
export interface Wing {
  commands?: Partial<Record<CommandId, CommandHandler>>;
  /** Refresh and the timer reload these. */
  views?: readonly Refreshable[];
  /** Disposed with the extension. */
  disposables?: readonly vscode.Disposable[];
}

/** A view or panel that shows data of the account and can reload it. */
export interface Refreshable {
  /** True while it is visible to the user. */
  isVisible(): boolean;
  /** The data it shows. Parts shared by several views are loaded once. */
  parts(): readonly RefreshablePart[];
  /** The parts that the timer reloads while the view is visible. */
  timedParts(): readonly RefreshablePart[];
}

export interface RefreshablePart {
  /** True if the last load or attempt is older than this and no rate limit forbids another. */
  isDue(ms: number): boolean;
  /**
   * Reloads from the API.
   * @param since when the refresh began, in ms since the epoch: its parts share responses that were requested later
   */
  refresh(since: number): Promise<void> | void;
}
