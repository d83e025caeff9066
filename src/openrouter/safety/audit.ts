// Audits an account's keys without blocking the event loop, and sums up the findings. USD and UTC.
import { type GuardrailLists, listAllMembers, listGuardrailsAndAssignments } from "../account/guardrailLists.ts";
import { type ListCoverage, listAllKeys } from "../account/listAll.ts";
import { OpenRouterError } from "../errors.ts";
import { findOwnerOfDefault } from "../guardrails/defaultGuardrails.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import { getKeyCost } from "../keys/keyCost.ts";
import type { Key, Member, Workspace } from "../schemas.ts";
import { sum } from "../text/figures.ts";
import type { GuardrailSources } from "./appliedGuardrails.ts";
import { type Audit, auditInSteps, type Finding } from "./findings.ts";
import { type Policy, type RuleId, ruleIds, type Severity, severities } from "./policy.ts";
import type { StartedRotation } from "./startedRotations.ts";

/** What was read of an account. */
export interface AuditSources {
  keys: readonly Key[];
  /** When the keys were read; now by default. Limits that have reset since are unknown. */
  readAt?: Date;
  workspaces: readonly Workspace[] | undefined;
  /** Undefined if they couldn't be read: which keys have one is unknown. */
  guardrails: GuardrailSources | undefined;
  /** True if some guardrails or assignments couldn't be read: a key without one may have one. */
  guardrailsMayBeMissing?: boolean;
  /** The rotations that haven't ended, by the old key's hash; undefined if they aren't known. */
  rotations: readonly StartedRotation[] | undefined;
  members?: readonly Member[];
}

/** Other work waits no longer than this. */
const MAX_BLOCKED_MS = 8;

/**
 * Judges all keys by a policy. Lets other work run in between.
 * @throws the signal's reason once it is aborted
 */
export async function auditAccount(
  sources: AuditSources,
  policy: Policy,
  { now = new Date(), signal }: { now?: Date; signal?: AbortSignal } = {},
): Promise<Audit> {
  signal?.throwIfAborted();
  const { keys, workspaces, readAt = now } = sources;
  const steps = auditInSteps({
    ...{ keys, workspaces, policy, readAt, now },
    hasGuardrail: guardrailLookup(sources),
    rotationBegunAt: rotationLookup(sources.rotations),
  });
  let since = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - since < MAX_BLOCKED_MS) continue;
    await new Promise<void>((resolve) => void setTimeout(resolve));
    signal?.throwIfAborted();
    since = performance.now();
  }
}

/** Returns a lookup of whether a guardrail besides the workspace's default one is assigned to a key or its creator. */
function guardrailLookup({ guardrails, workspaces, guardrailsMayBeMissing }: AuditSources) {
  if (!guardrails) return () => undefined;
  const ownerOfDefault = findOwnerOfDefault(workspaces ?? guardrails.workspaces);
  const isOwn = ({ guardrail_id }: { guardrail_id: string }) => ownerOfDefault(guardrail_id) === undefined;
  const hashes = new Set(guardrails.keyAssignments.filter(isOwn).map(({ key_hash }) => key_hash));
  const users = new Set(guardrails.memberAssignments.filter(isOwn).map(({ user_id }) => user_id));
  const otherwise = guardrailsMayBeMissing ? undefined : false;
  return ({ hash, creator_user_id }: Key) => hashes.has(hash) || users.has(creator_user_id ?? "") || otherwise;
}

function rotationLookup(rotations: AuditSources["rotations"]) {
  if (!rotations) return () => "unknown" as const;
  const newestFirst = rotations.toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  // Of several rotations of a key, the oldest, which comes last.
  const startByHash = new Map(newestFirst.map(({ hash, startedAt }) => [hash, startedAt]));
  return (hash: string) => startByHash.get(hash);
}

/** A rule of the policy and what it found. */
export interface RuleSummary {
  rule: RuleId;
  severity: Severity;
  /** Without those that an exception covers. */
  findings: number;
  /** Findings that an exception covers. */
  excepted: number;
  /** Keys that couldn't be judged. */
  unknown: number;
  /** What the found keys spent this month, USD, without excepted ones. */
  spendAtRisk: number;
}

/** Sums up every rule that is on: the most severe ones first, then in the order of the rules. */
export function summarizeByRule({ findings, unknown, policy }: Audit): RuleSummary[] {
  const byRule = Map.groupBy(findings, ({ rule }) => rule);
  return severities.flatMap((severity) =>
    ruleIds
      .filter((rule) => policy.rules[rule].severity === severity)
      .map((rule) => {
        const all = byRule.get(rule) ?? [];
        const counted = all.filter(({ exception }) => !exception);
        return {
          ...{ rule, severity, findings: counted.length, excepted: all.length - counted.length },
          unknown: unknown.find((one) => one.rule === rule)?.keys.length ?? 0,
          spendAtRisk: getSpendAtRisk(counted),
        };
      }),
  );
}

/** Returns what the keys of findings spent this month, USD; each key counts once, excepted findings don't. */
export function getSpendAtRisk(findings: readonly Finding[]): number {
  const keys = new Map(findings.filter(({ exception }) => !exception).map(({ key }) => [key.hash, key]));
  return sum([...keys.values()].map((key) => getKeyCost(key, "month")));
}

export interface FindingFilter {
  /** A creator's user id; null for keys without one. */
  owner?: string | null;
  workspaceId?: string;
}

/** Limits an audit to the keys of an owner, of a workspace, or both. Uses of exceptions remain those of the whole audit. */
export function filterFindings(audit: Audit, { owner, workspaceId }: FindingFilter): Audit {
  const includes = ({ creator_user_id, workspace_id }: Key) =>
    (owner === undefined || (creator_user_id || null) === owner) &&
    (workspaceId === undefined || workspace_id === workspaceId);
  const unknown = audit.unknown.map(({ rule, keys }) => ({ rule, keys: keys.filter(includes) }));
  return {
    ...audit,
    keys: audit.keys.filter(includes),
    findings: audit.findings.filter(({ key }) => includes(key)),
    unknown: unknown.filter(({ keys }) => keys.length > 0),
  };
}

/** What `readAuditSources` read, and what it couldn't read. */
export interface ReadSources {
  sources: AuditSources;
  /** What the list of keys lacks. */
  keys: Omit<ListCoverage, "workspaces"> & { expiredMayBeMissing: boolean };
  /** What the lists of guardrails and assignments lack, or why they couldn't be read. */
  guardrails: Omit<ListCoverage, "workspaces"> | OpenRouterError;
  /** Why the members couldn't be read; undefined if they weren't asked for. A personal account has none. */
  membersError?: OpenRouterError;
}

/**
 * Reads what an audit needs, all lists in parallel. Rotations aren't known: they are a record of the editor.
 * `GET /workspaces`, `/keys`, `/guardrails` and their assignments; `/organization/members` if asked for.
 * @throws OpenRouterError if the keys can't be read
 */
export async function readAuditSources(
  client: Client,
  { members: withMembers = false, ...options }: RequestOptions & { members?: boolean } = {},
): Promise<ReadSources> {
  const [{ keys, workspaces, ...keyCoverage }, guardrails, members] = await Promise.all([
    listAllKeys(client, {}, { ...options, frugal: true }),
    orError(listGuardrailsAndAssignments(client, options)),
    withMembers ? orError(listAllMembers(client, options)) : undefined,
  ]);
  const sources: AuditSources = { keys, workspaces, guardrails: undefined, rotations: undefined };
  const read: ReadSources = {
    sources,
    keys: keyCoverage,
    guardrails: guardrails instanceof OpenRouterError ? guardrails : coverageOf(guardrails),
  };
  if (!(guardrails instanceof OpenRouterError)) {
    sources.guardrails = guardrails;
    sources.guardrailsMayBeMissing = Boolean(guardrails.unreadable || guardrails.unreadableWorkspaces);
  }
  if (members instanceof OpenRouterError) read.membersError = members;
  else if (members) sources.members = members.data;
  return read;
}

const coverageOf = ({ unreadable, unreadableWorkspaces }: GuardrailLists) => ({ unreadable, unreadableWorkspaces });

/** Returns OpenRouter's errors; throws others, such as the end of the account's session. */
async function orError<T>(reading: Promise<T>): Promise<T | OpenRouterError> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof OpenRouterError) return error;
    throw error;
  }
}
