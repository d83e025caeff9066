// Applies the exceptions of a policy. Pure.
import type { Key, Workspace } from "../schemas.ts";
import { utcDay } from "../text/figures.ts";
import { shortLabel } from "../text/redact.ts";
import type { PolicyException, RuleId } from "./policy.ts";

/** What a policy's exceptions say of a finding. */
export interface AppliedException {
  /** An exception that is in force: the finding doesn't count. */
  exception?: PolicyException;
  /** An exception that would apply but has ended. */
  endedException?: PolicyException;
}

/** True after the exception's last day, UTC. */
export function hasEnded({ until }: PolicyException, now: Date): boolean {
  return until !== undefined && until < utcDay(now);
}

/**
 * Returns a lookup of the first exception that is in force for a rule and a key, else of the first one that has ended.
 * @param workspaces without them, an exception can name a workspace only by its id
 */
export function findException(
  exceptions: readonly PolicyException[],
  workspaces: readonly Pick<Workspace, "id" | "name" | "slug">[] | undefined,
  now: Date,
): (rule: RuleId, key: Key) => AppliedException {
  if (exceptions.length === 0) return () => ({});
  const matching = matchExceptions(exceptions, workspaces);
  const ended = new Set(exceptions.filter((one) => hasEnded(one, now)));
  return (rule, key) => {
    const some = matching(key).filter((one) => one.rule === "*" || one.rule === rule);
    const exception = some.find((one) => !ended.has(one));
    if (exception) return { exception };
    return some[0] ? { endedException: some[0] } : {};
  };
}

/** Returns a lookup of the exceptions whose key and workspace match, in their order. Each key is matched once. */
function matchExceptions(
  exceptions: readonly PolicyException[],
  workspaces: readonly Pick<Workspace, "id" | "name" | "slug">[] | undefined,
): (key: Key) => readonly PolicyException[] {
  const workspaceById = new Map(workspaces?.map((one) => [one.id, one]));
  const entries = exceptions.map((exception, order) => ({ exception, order, matches: compileWildcard(exception.key) }));
  // Most exceptions name one key: they are looked up, so that many of them don't have to be compared with many keys.
  const literal = Map.groupBy(
    entries.filter(({ exception }) => !exception.key.includes("*")),
    ({ exception }) => exception.key,
  );
  const wildcards = entries.filter(({ exception }) => exception.key.includes("*"));
  const known = new Map<Key, readonly PolicyException[]>();

  const isIn = ({ workspace }: PolicyException, { workspace_id }: Key): boolean => {
    if (workspace === undefined || workspace === workspace_id) return true;
    const own = workspaceById.get(workspace_id ?? "");
    return own !== undefined && (workspace === own.name || workspace === own.slug);
  };
  const match = (key: Key): readonly PolicyException[] => {
    const names = [...new Set([key.name, key.label, shortLabel(key.label), key.hash])];
    const found = [
      ...names.flatMap((name) => literal.get(name) ?? []),
      ...wildcards.filter(({ exception, matches }) =>
        names.some((name) => mayMatch(exception, key, name) && matches(name)),
      ),
    ];
    return found
      .filter(({ exception }) => isIn(exception, key))
      .sort((a, b) => a.order - b.order)
      .map(({ exception }) => exception);
  };
  return (key) => {
    const some = known.get(key) ?? match(key);
    known.set(key, some);
    return some;
  };
}

/** Hash digits that must precede a wildcard, so that `*de*` covers names only. */
const HASH_START = /^[0-9a-f]{8}/;

/** True for names, and for labels and hashes only if the pattern clearly means one of them. */
function mayMatch({ key: pattern }: PolicyException, key: Key, name: string): boolean {
  if (name === key.name) return true;
  return name === key.hash ? HASH_START.test(pattern) : name === key.label && pattern.startsWith("sk-or-");
}

/** Returns a function that says if a whole text matches; `*` stands for any text. Linear in the text's length for each `*`. */
export function compileWildcard(pattern: string): (text: string) => boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return (text) => text === pattern;
  return (text) => {
    if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= text.length - last.length;
  };
}
