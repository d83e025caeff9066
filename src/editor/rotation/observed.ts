import { type Observation, observe, type Rotation } from "../../openrouter/rotation/index.ts";
import type { Key } from "../../openrouter/schemas.ts";
import type { App } from "../app.ts";
import { isComplete } from "../data/updates.ts";

/** A key as it was last read. */
export function readKey({ data }: App, hash: string | undefined): Key | undefined {
  return data.keys.current?.value.keys.find((key) => key.hash === hash);
}

/** What the last reading tells of the old key; undefined where it is gone. */
export function observed(app: App, record: Rotation): Observation | undefined {
  const old = readKey(app, record.old.hash);
  return old && observe(record, old, app.data.keys.current?.readAt ?? new Date());
}

/** Whether the new key was deleted elsewhere, so that the old one is the last. */
export function isNewGone(app: App, record: Rotation): boolean {
  const { current } = app.data.keys;
  // One that could not be read is not in the list either.
  return current?.complete === true && isComplete(current.value) && readKey(app, record.new?.hash) === undefined;
}
