import type { Workspace } from "../../openrouter/index.ts";
import { uniqueNames } from "../../openrouter/text/uniqueNames.ts";
import { safeLabel } from "../platform/safeLabel.ts";

const known = new WeakMap<readonly Workspace[], Map<string, string>>();

/**
 * Maps each workspace's id to the name to show. Workspaces of the same name get their slugs, as in "Research (research-2)";
 * one whose name nobody can see is named by its slug.
 */
export function workspaceNames(workspaces: readonly Workspace[] | undefined): Map<string, string> {
  if (!workspaces) return new Map();
  const names = known.get(workspaces) ?? computeNames(workspaces);
  known.set(workspaces, names);
  return names;
}

function computeNames(workspaces: readonly Workspace[]): Map<string, string> {
  const names = uniqueNames(workspaces.map(({ id, name, slug }) => ({ id, name, mark: slug })));
  return new Map([...names].map(([id, name]) => [id, safeLabel(name)]));
}
