// Plans a change of a client's file without writing anything.
import { entryOf, type Machine, SERVER_NAME } from "./clientList.ts";
import type { ReadableState } from "./clientState.ts";
import { formats } from "./formats/formats.ts";
import type { FileReceipt } from "./receipts.ts";

export type Action = "add" | "replace" | "remove";

export interface Change {
  action: Action;
  /** The text now; undefined if the file doesn't exist. */
  before: string | undefined;
  /** The text afterwards; undefined if the file is deleted. */
  after: string | undefined;
  /** What to remember: undefined keeps the receipt, null removes it. */
  receipt: FileReceipt | undefined | null;
}

/** Returns the actions that a state allows, the usual one first. */
export function actionsOf({ setup }: ReadableState): Action[] {
  switch (setup.kind) {
    case "missing":
      return ["add"];
    case "different":
      return ["replace", "remove"];
    default:
      return ["remove"];
  }
}

/** @throws ConfigError if the text can't be changed safely */
export function planChange(
  { client, text: before, setup }: ReadableState,
  action: Action,
  launcher: string,
  { machine, receipt }: { machine: Pick<Machine, "platform" | "env">; receipt: FileReceipt | undefined },
): Change {
  const format = formats[client.format];
  const entry = entryOf(client, launcher, machine);
  const text = before ?? "";
  if (action === "add") {
    const added = format.add(text, SERVER_NAME, entry);
    return { action, before, after: added.text, receipt: added.receipt };
  }
  if (action === "replace")
    return { action, before, after: format.replace(text, SERVER_NAME, entry).text, receipt: undefined };
  const name = setup.kind === "renamed" ? setup.name : SERVER_NAME;
  // What is remembered belongs to the entry that this command added.
  const known = name === SERVER_NAME ? receipt : undefined;
  const after = format.remove(text, name, known);
  return { action, before, after: after === "" && known?.createdFolders ? undefined : after, receipt: null };
}

/** True if the client's file doesn't start our server any more, or does as planned. */
export function isDone({ setup }: ReadableState, action: Action): boolean {
  return action === "remove" ? setup.kind === "missing" : setup.kind === "current";
}
