import { shortLabel } from "../redact.ts";
import type { Key, Workspace } from "../schemas.ts";
import type { Dimension } from "./table.ts";

/** The names of an account's keys and workspaces by hash and id, for `toTable`. */
export function entryNames(keys: readonly Key[], workspaces: readonly Workspace[] = []) {
  const names = {
    key: new Map(keys.map(({ hash, name, label }) => [hash, name || shortLabel(label)])),
    workspace: new Map(workspaces.map(({ id, name }) => [id, name])),
  };
  return (dimension: Dimension, id: string): string | undefined =>
    dimension === "key" || dimension === "workspace" ? names[dimension].get(id) : undefined;
}
