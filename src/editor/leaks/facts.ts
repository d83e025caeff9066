// What is known about a leak: the key, its state and where it went. Pure, but for the type of sessions.
import type { LeakPlace } from "../../leaks/model.ts";
import { isManagementKey } from "../../openrouter/keys/askFoundKeys.ts";
import { getKeyStatus, type KeyStatus } from "../../openrouter/keys/keyStatus.ts";
import type { KeysData } from "../data/accountData.ts";
import type { Snapshot } from "../data/resource.ts";
import type { Leak } from "./leak.ts";
import { createMatcher, type Match, narrow, toMatch } from "./match.ts";

/**
 * Whether requests with the secret work: as OpenRouter said when it was asked, else as the list of keys says.
 * "rejected" is what it says about disabled, expired and deleted keys alike.
 */
export type LeakState = KeyStatus | "accepted" | "rejected" | "unknown";

export interface LeakFacts {
  match: Match;
  state: LeakState;
  /** True if it can manage an account. */
  isManagement: boolean;
  /** True if a commit has it, or may have it. */
  isCommitted: boolean;
  /** True if it is in a remote's history; undefined if nobody can tell. */
  isPushed: boolean | undefined;
  /** When it was first committed; undefined if it never was. */
  firstCommit: Date | undefined;
}

/** Creates the function that returns a leak's facts. @param keys of the account in use; undefined if they are not known */
export function createFacts(keys: Snapshot<KeysData> | undefined): (leak: Leak) => LeakFacts {
  const matching = keys && createMatcher(keys.value.keys);
  const isPartial =
    keys !== undefined &&
    Boolean(
      !keys.complete ||
        keys.value.unreadable ||
        keys.value.unreadableWorkspaces ||
        keys.value.expiredMayBeMissing ||
        !keys.value.workspaces,
    );
  const known = new WeakMap<Leak, LeakFacts>();
  function compare(leak: Leak): LeakFacts {
    const { answer, places } = leak;
    const isManagement = isManagementLeak(leak);
    const labelled = matching?.(leak.secret.reveal());
    const match: Match = isManagement
      ? { kind: "none", isPartial: false }
      : toMatch(labelled, labelled && narrow(labelled, answer, keys?.readAt), isPartial);
    return {
      match,
      state: stateOf(leak, match),
      isManagement,
      isCommitted: places.some((place) => place.kind === "commit" || mayBeInCommit(place)),
      isPushed: pushed(places),
      firstCommit: firstCommit(places),
    };
  }
  return (leak) => {
    const facts = known.get(leak) ?? compare(leak);
    known.set(leak, facts);
    return facts;
  };
}

/** True for a management key: one that is stored, or of which OpenRouter says so. */
export function isManagementLeak({ answer, managementOf }: Pick<Leak, "answer" | "managementOf">): boolean {
  return managementOf !== undefined || (answer?.kind === "accepted" && !!answer.key && isManagementKey(answer.key));
}

function stateOf({ answer }: Leak, match: Match): LeakState {
  const listed = match.kind === "one" ? getKeyStatus(match.key) : undefined;
  // The list is newer than an answer if the key was disabled here since.
  if (listed && listed !== "active") return listed;
  if (answer?.kind === "accepted") return "accepted";
  if (answer?.kind === "rejected") return "rejected";
  return listed ?? "unknown";
}

/** True for secrets whose requests are known to be refused. */
export const isDead = (state: LeakState): boolean =>
  state === "disabled" || state === "expired" || state === "rejected";

/** True for what must not wait: a management key, or a committed key whose requests may work. */
export const isDangerous = ({ state, isManagement, isCommitted }: LeakFacts): boolean =>
  isManagement || (isCommitted && !isDead(state));

const mayBeInCommit = (place: LeakPlace) => place.kind === "blob" && place.mayBeInCommit;

function pushed(places: readonly LeakPlace[]): boolean | undefined {
  const commits = places.flatMap((place) =>
    place.kind === "commit" ? [place.isPushed] : mayBeInCommit(place) ? [undefined] : [],
  );
  if (commits.includes(true)) return true;
  return commits.includes(undefined) ? undefined : false;
}

function firstCommit(places: readonly LeakPlace[]): Date | undefined {
  const times = places.flatMap((place) => (place.kind === "commit" ? [Date.parse(place.date)] : []));
  const known = times.filter((time) => !Number.isNaN(time));
  return known.length > 0 ? new Date(Math.min(...known)) : undefined;
}

/** Sorts leaks by danger: management keys, then keys that may work, then the others; pushed and committed ones first. */
export function sortLeaks(leaks: readonly Leak[], factsOf: (leak: Leak) => LeakFacts): Leak[] {
  const rank = (leak: Leak) => {
    const { isManagement, state, isPushed, isCommitted } = factsOf(leak);
    return (isManagement ? 0 : 8) + (isDead(state) ? 4 : 0) + (isCommitted ? 0 : 2) + (isPushed ? 0 : 1);
  };
  return leaks
    .map((leak) => ({ leak, rank: rank(leak), label: leak.secret.label }))
    .sort((a, b) => a.rank - b.rank || (a.label < b.label ? -1 : a.label > b.label ? 1 : 0))
    .map(({ leak }) => leak);
}

const KINDS: readonly LeakPlace["kind"][] = ["file", "name", "unsaved", "staged", "commit", "blob"];

/** Sorts places: what is in the work tree, then what Git has, the first commit first; then by path and line. */
export function sortPlaces(places: readonly LeakPlace[]): LeakPlace[] {
  const keyOf = (place: LeakPlace) => {
    const date = place.kind === "commit" ? Date.parse(place.date) || 0 : 0;
    const path = "path" in place ? place.path : place.kind === "unsaved" ? place.uri : place.blob;
    return { kind: KINDS.indexOf(place.kind), date, path, line: place.line };
  };
  const keyed = places.map((place) => ({ place, ...keyOf(place) }));
  return keyed
    .sort(
      (a, b) =>
        a.kind - b.kind || a.date - b.date || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0) || a.line - b.line,
    )
    .map(({ place }) => place);
}
