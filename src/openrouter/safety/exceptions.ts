// Applies the exceptions of a policy. Pure.
import type { Key } from "../schemas.ts";
import { utcDay } from "../text/figures.ts";
import type { PolicyException, RuleId } from "./policy.ts";

type Lookup = (rule: RuleId, key: Key) => { exception?: PolicyException; endedException?: PolicyException };

/** Returns the first exception that is in force for a rule and a key, else one that has ended. */
export function findException(
  exceptions: readonly PolicyException[],
  workspaceName: (id: string | null | undefined) => string | undefined,
  now: Date,
): Lookup {
  const today = utcDay(now);
  const matchers = exceptions.map((exception) => ({ exception, matches: matcherOf(exception, workspaceName) }));
  return (rule, key) => {
    const matching = matchers
      .filter(({ exception, matches }) => (exception.rule === "*" || exception.rule === rule) && matches(key))
      .map(({ exception }) => exception);
    const inForce = matching.find(({ until }) => until === undefined || until >= today);
    if (inForce) return { exception: inForce };
    return matching[0] ? { endedException: matching[0] } : {};
  };
}

function matcherOf(
  { key: wanted, workspace }: PolicyException,
  workspaceName: (id: string | null | undefined) => string | undefined,
): (key: Key) => boolean {
  const inWorkspace = ({ workspace_id }: Key) =>
    workspace === undefined || workspace === workspace_id || workspace === workspaceName(workspace_id);
  return (key) =>
    inWorkspace(key) && (wanted === key.hash || wanted === key.label || matchesWildcard(wanted, key.name));
}

/** True if the whole text matches; `*` stands for any text. Linear in the text's length for each `*`. */
export function matchesWildcard(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === text;
  const last = rest.pop()!;
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}
