import type { LeakedSecret, LeakPlace, SweepControl, SweepResult } from "./model.ts";
import type { LocatedSecret } from "./text/searchText.ts";

/** The most places of a kind: one key in a generated file of each build would be listed thousands of times. */
const MAX_PLACES = 1_000;

/** The most secrets: a folder with more was made to have them, and each costs the editor some work. */
const MAX_SECRETS = 2_000;

/** What a sweep has found so far. */
export interface Findings extends Omit<SweepResult, "secrets" | "isComplete"> {
  secrets: Map<string, LeakedSecret>;
  /** The number of places by secret and kind. */
  counts: Map<string, number>;
  onPlace?: SweepControl["onPlace"];
}

export function emptyFindings(onPlace?: SweepControl["onPlace"]): Findings {
  return {
    onPlace,
    secrets: new Map(),
    counts: new Map(),
    searched: { files: 0, blobs: 0, commits: 0 },
    skipped: { binary: 0, large: 0, unreadable: 0, links: 0 },
    problems: [],
  };
}

type PlaceOf<T> = T extends unknown ? Omit<T, keyof LocatedSecret> : never;

/** Adds the place of a secret that was found in a text. */
export function addPlace(findings: Findings, { secret, ...range }: LocatedSecret, place: PlaceOf<LeakPlace>): void {
  if (findings.secrets.size >= MAX_SECRETS && !findings.secrets.has(secret)) {
    addProblem(findings, "too-many-secrets");
    return;
  }
  const leaked = findings.secrets.get(secret) ?? { secret, places: [] };
  findings.secrets.set(secret, leaked);
  const kind = `${place.kind} ${secret}`;
  const count = findings.counts.get(kind) ?? 0;
  findings.counts.set(kind, count + 1);
  if (count >= MAX_PLACES) {
    addProblem(findings, "too-many-places");
    return;
  }
  const added = { ...range, ...place } as LeakPlace;
  leaked.places.push(added);
  findings.onPlace?.(secret, added);
}

/** Adds a problem once. */
export function addProblem({ problems }: Findings, problem: string): void {
  if (!problems.includes(problem)) problems.push(problem);
}
