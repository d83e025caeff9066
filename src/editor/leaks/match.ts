// Compares found secrets with the account's keys by what the keys' labels show. Pure.
import { getKeyLabel } from "../../openrouter/account/accountId.ts";
import type { Key } from "../../openrouter/index.ts";
import type { FoundKeyAnswer } from "../../openrouter/keys/askFoundKeys.ts";
import { getKeyStatus } from "../../openrouter/keys/keyStatus.ts";
import { shortLabel } from "../../openrouter/text/redact.ts";
import { keyPattern } from "../rotation/files/keyPattern.ts";

/**
 * The account's keys that a secret may belong to. "unknown": the keys have not been read; `isPartial`: not all of them, so
 * that others may match, too.
 */
export type Match =
  | { kind: "one"; key: Key; isPartial: boolean }
  | { kind: "several"; keys: readonly Key[]; isPartial: boolean }
  | {
      kind: "none";
      isPartial: boolean /** Keys with its label that OpenRouter's answer excludes. */;
      excluded?: readonly Key[];
    }
  | { kind: "unknown" };

/** Returns a function that finds the keys whose label a secret has. */
export function createMatcher(keys: readonly Key[]): (secret: string) => Key[] {
  // Almost all labels have the usual form; the others are compared one by one.
  const byLabel = Map.groupBy(keys, ({ label }) => shortLabel(label));
  const patterns = keys.flatMap((key) => {
    const pattern = usualLabel.test(key.label) ? undefined : keyPattern(key.label);
    return pattern ? [{ key, pattern }] : [];
  });
  return (secret) => [
    ...(byLabel.get(getKeyLabel(secret)) ?? []),
    ...patterns.filter(({ pattern }) => secret.search(pattern) === 0).map(({ key }) => key),
  ];
}

const usualLabel = /^sk-or-v1-[0-9a-f]{3}\.\.\.[0-9a-f]{4}$/;

/** What OpenRouter said about a secret, and when. */
export type TimedAnswer = FoundKeyAnswer & { at: Date };

/** A clock that is this wrong, or an answer that took this long, makes no key a different one. */
const MARGIN_MS = 120_000;

/**
 * Returns the keys with a secret's label that it can be: labels are public and show few digits, so OpenRouter's answer about the
 * secret may contradict all of them. What was changed since the answer contradicts nothing.
 * @param readAt when the keys were read
 */
export function narrow(keys: readonly Key[], answer: TimedAnswer | undefined, readAt?: Date): readonly Key[] {
  if (!answer || answer.kind === "unknown") return keys;
  const possible = keys.filter((key) => wasChangedSince(key, answer.at) || !contradicts(answer, key));
  const fitting = possible.filter((key) => fits(answer, key));
  // It may have been disabled or changed here since: that tells twins apart, and excludes no last key.
  const left = fitting.length > 0 ? fitting : possible;
  const { usage } = (answer.kind === "accepted" && answer.key) || {};
  if (typeof usage !== "number" || !readAt) return left;
  // Spend only grows, but the counters may be some time behind: it tells twins apart, and excludes no last key.
  const isListNewer = readAt.getTime() > answer.at.getTime();
  const spent = left.filter((key) => (isListNewer ? key.usage >= usage : key.usage <= usage));
  return spent.length > 0 ? spent : left;
}

function wasChangedSince({ updated_at }: Key, at: Date): boolean {
  return typeof updated_at === "string" && Date.parse(updated_at) > at.getTime() - MARGIN_MS;
}

/** True if the answer can't be about the key. */
function contradicts(answer: TimedAnswer, key: Key): boolean {
  if (answer.kind === "rejected") return getKeyStatus(key, answer.at) === "active";
  const workspace = answer.kind === "accepted" ? answer.key?.workspace_id : undefined;
  return typeof workspace === "string" && differs(workspace, key.workspace_id);
}

/** True if the key has the state and settings that the answer reports. */
function fits(answer: TimedAnswer, key: Key): boolean {
  if (answer.kind !== "accepted") return true;
  const { limit, limit_reset, expires_at } = answer.key ?? {};
  return (
    getKeyStatus(key, answer.at) === "active" &&
    !differs(limit, key.limit) &&
    !differs(limit_reset, key.limit_reset) &&
    !differs(timeOf(expires_at), timeOf(key.expires_at))
  );
}

const differs = <T>(given: T | undefined, own: T | undefined) =>
  given !== undefined && own !== undefined && given !== own;

const timeOf = (iso: string | null | undefined) => (typeof iso === "string" ? Date.parse(iso) : iso);

/** @param labelled the keys with a secret's label, of which `keys` are left; undefined if none have been read */
export function toMatch(
  labelled: readonly Key[] | undefined,
  keys: readonly Key[] | undefined,
  isPartial: boolean,
): Match {
  if (!labelled || !keys) return { kind: "unknown" };
  const [first, ...more] = keys;
  if (!first) return { kind: "none", isPartial, ...(labelled.length > 0 && { excluded: labelled }) };
  return more.length === 0 ? { kind: "one", key: first, isPartial } : { kind: "several", keys, isPartial };
}

/** The keys that a cure may be about; undefined if it isn't known yet. */
export function candidatesOf(match: Match): readonly Key[] | undefined {
  if (match.kind === "unknown") return undefined;
  if (match.kind === "none") return match.excluded ? [] : undefined;
  return match.kind === "one" ? [match.key] : match.keys;
}
