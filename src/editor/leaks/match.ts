// Compares found secrets with the account's keys by what the keys' labels show. Pure.
import { getKeyLabel } from "../../openrouter/account/accountId.ts";
import type { FoundKey } from "../../openrouter/endpoints/foundKey.ts";
import type { Key } from "../../openrouter/index.ts";
import { shortLabel } from "../../openrouter/text/redact.ts";
import { keyPattern } from "../rotation/files/keyPattern.ts";

/**
 * The account's keys that a secret may belong to. "unknown": the keys have not been read; `isPartial`: not all of them, so
 * that others may match, too.
 */
export type Match =
  | { kind: "one"; key: Key; isPartial: boolean }
  | { kind: "several"; keys: readonly Key[]; isPartial: boolean }
  | { kind: "none"; isPartial: boolean }
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

/** Of several keys with the same label, returns those that have the settings which OpenRouter reports for the secret. */
export function narrow(keys: readonly Key[], answer: FoundKey | undefined): readonly Key[] {
  if (!answer || keys.length < 2) return keys;
  const differs = <T>(given: T | undefined, own: T | undefined) =>
    given !== undefined && own !== undefined && given !== own;
  const left = keys.filter(
    (key) =>
      !differs(answer.workspace_id, key.workspace_id) &&
      !differs(answer.limit, key.limit) &&
      !differs(answer.limit_reset, key.limit_reset) &&
      !differs(timeOf(answer.expires_at), timeOf(key.expires_at)) &&
      // It may have been used since the keys were listed.
      !(typeof answer.usage === "number" && answer.usage < key.usage),
  );
  return left.length > 0 ? left : keys;
}

const timeOf = (iso: string | null | undefined) => (typeof iso === "string" ? Date.parse(iso) : iso);

/** @param keys undefined if none have been read */
export function toMatch(keys: readonly Key[] | undefined, isPartial: boolean): Match {
  if (!keys) return { kind: "unknown" };
  const [first, ...more] = keys;
  if (!first) return { kind: "none", isPartial };
  return more.length === 0 ? { kind: "one", key: first, isPartial } : { kind: "several", keys, isPartial };
}
