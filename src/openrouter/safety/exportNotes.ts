// What the reader of an export must know besides the findings, in English. Pure.

export interface ExportFacts {
  /** The name of the workspace that the findings are limited to. */
  onlyWorkspace?: string;
  /** The name of the owner that they are limited to; null for keys whose owner isn't known. */
  onlyOwner?: string | null;
  /** A policy that comes first has a problem, so that another one was used. */
  policyHasProblem: boolean;
  guardrailsKnown: boolean;
  /** Only the keys of the default workspace could be read. */
  onlyDefaultWorkspace: boolean;
  expiredMayBeMissing: boolean;
  keysMayBeMissing: boolean;
  /** When the keys were read, if reading them again failed. */
  staleSince?: Date;
  ownersKnown: boolean;
}

export function exportNotes(facts: ExportFacts): string[] {
  const { onlyWorkspace, onlyOwner, staleSince } = facts;
  const only = [
    onlyWorkspace !== undefined && `workspace ${onlyWorkspace}`,
    onlyOwner !== undefined && `owner ${onlyOwner ?? "unknown"}`,
  ].filter(Boolean);
  const notes = [
    only.length > 0 && `Only a part of the findings: ${only.join(", ")}.`,
    facts.policyHasProblem && "The policy that comes first has a problem and was not used.",
    !facts.guardrailsKnown && "Not all guardrails could be read.",
    facts.onlyDefaultWorkspace && "Only the keys of the default workspace could be read.",
    facts.expiredMayBeMissing && "Expired keys may be missing.",
    facts.keysMayBeMissing && "Not all keys could be read.",
    staleSince && `The keys were read at ${staleSince.toISOString()}; reading them again failed.`,
    !facts.ownersKnown && "The names of owners could not be read.",
  ];
  return notes.filter((note) => typeof note === "string");
}

/** Names policies that are not in a file of the workspace. */
export const builtInNames = { setting: "user settings", defaults: "built-in rules" } as const;
