// Audits the account's keys by a policy: what the rules find, with figures and without advice.
import { InvalidInputError, managementKeysUrl } from "../../openrouter/index.ts";
import { getKeyCost } from "../../openrouter/keys/keyCost.ts";
import {
  auditAccount,
  filterFindings,
  getSpendAtRisk,
  type ReadSources,
  type RuleSummary,
  readAuditSources,
  summarizeByRule,
} from "../../openrouter/safety/audit.ts";
import {
  type Audit,
  type ExceptionUse,
  type Finding,
  getLifetimeSpend,
  isSafeToRemove,
  SAFE_TO_REMOVE,
} from "../../openrouter/safety/findings.ts";
import { type Policy, type RuleId, ruleIds, type Severity } from "../../openrouter/safety/policy.ts";
import type { ToolContext } from "../defineTool.ts";
import { cell, joinLines, paginate, quoted, safeLine, table } from "../text.ts";
import { omittedText, workspaceText } from "../tools/coverage.ts";
import { choosePolicy } from "./choosePolicy.ts";

/** The most exceptions that are listed; the rest is counted. */
const MAX_EXCEPTIONS = 10;

export interface AuditArguments {
  rules?: readonly RuleId[];
  severity?: Severity;
  workspace_id?: string;
  owner?: string;
  offset?: number;
  limit?: number;
}

/** Lists the findings of a policy. `GET /workspaces`, `/keys`, `/guardrails` and assignments; `/organization/members` for a mail. */
export async function auditKeysText(
  { rules = ruleIds, severity, workspace_id, owner, offset = 0, limit = 50 }: AuditArguments,
  context: ToolContext,
): Promise<string> {
  const { client, signal } = context;
  const [chosen, read] = await Promise.all([
    context.roots().then((roots) => choosePolicy(roots, context.audit?.policy)),
    readAuditSources(client, { signal, members: owner?.includes("@") }),
  ]);
  const sources = { ...read.sources, rotations: context.audit?.rotations };
  const whole = await auditAccount(sources, chosen.policy, { now: client.now(), signal });
  const filter = { workspaceId: workspaceOf(read, workspace_id), owner: ownerOf(read, owner) };
  const audit = filterFindings(whole, filter);
  const wanted = new Set(rules);
  const summaries = summarizeByRule(audit).filter(
    (one) => wanted.has(one.rule) && (severity === undefined || one.severity === severity),
  );
  const order = new Map(summaries.map(({ rule }, i) => [rule, i]));
  const findings = audit.findings
    .filter(({ rule, exception }) => !exception && order.has(rule))
    .toSorted((a, b) => order.get(a.rule)! - order.get(b.rule)!);
  const { rows, note } = paginate(findings, offset, limit);
  const slug = new Map(sources.workspaces?.map((one) => [one.id, one.slug]));
  return joinLines(
    `${findingsText(findings.length)} at ${new Set(findings.map(({ key }) => key.hash)).size} of ${audit.keys.length} keys${isFiltered(filter) ? " of this filter" : ` in ${workspaceText(sources.workspaces)}`}; spend at risk ${getSpendAtRisk(findings)} USD (this UTC month, each key once). ${note}`,
    chosen.text,
    offset === 0 && coverageText(read, audit, summaries),
    offset === 0 && offText(chosen.policy, rules),
    offset === 0 && exceptionsText(whole.exceptions),
    offset === 0 &&
      table(
        [
          ["rule", (one) => one.rule],
          ["severity", (one) => one.severity],
          ["threshold", (one) => thresholdOf(chosen.policy, one.rule)],
          ["findings", (one) => one.findings],
          ["excepted", (one) => one.excepted],
          ["not_judged", (one) => one.unknown],
          ["spend_at_risk", (one) => one.spendAtRisk],
        ],
        summaries,
      ),
    rows.some(isSafeToRemove) &&
      `safe_to_remove: not used for ${SAFE_TO_REMOVE.days} days or more, and spend_total at most ${SAFE_TO_REMOVE.usd} USD.`,
    rows.length > 0 && `Findings; USD including BYOK, spend_month of the UTC month:\n${findingsTable(rows, slug)}`,
  );
}

function findingsTable(rows: readonly Finding[], slug: ReadonlyMap<string, string>): string {
  return table(
    [
      ["rule", ({ rule }) => rule],
      ["severity", (one) => one.severity],
      ["name", ({ key }) => key.name],
      ["hash", ({ key }) => key.hash],
      ["workspace", ({ key }) => slug.get(key.workspace_id ?? "") ?? key.workspace_id],
      ["owner", ({ key }) => key.creator_user_id],
      ["figure", figureText],
      ["limit", ({ key }) => key.limit],
      ["limit_reset", ({ key }) => key.limit_reset],
      ["spend_month", ({ key }) => getKeyCost(key, "month")],
      ["spend_total", ({ key }) => getLifetimeSpend(key)],
      ["safe_to_remove", (one) => (isSafeToRemove(one) ? "yes" : undefined)],
    ],
    rows,
  );
}

/** Writes the figures that a rule judged, such as `days 120 since 2026-07-29T10:00:00Z`. */
function figureText({ rule, figure }: Pick<Finding, "rule" | "figure">): string {
  const { usd, days, isAtLeast, percent, keys, at } = figure;
  return [
    usd !== undefined && `USD ${usd}`,
    days !== undefined && `days ${isAtLeast ? ">= " : ""}${days}`,
    percent !== undefined && `percent ${percent}`,
    keys !== undefined && `keys ${keys}`,
    at !== undefined && `${rule === "lifetime-above" ? "until" : "since"} ${at}`,
  ]
    .filter(Boolean)
    .join(", ");
}

function thresholdOf({ rules }: Policy, rule: RuleId): string | undefined {
  const { usd, days, percent, pattern } = rules[rule];
  const thresholds: Partial<Record<RuleId, string>> = {
    "limit-above": `USD > ${usd}`,
    "lifetime-above": `days > ${days}`,
    ...Object.fromEntries(
      (["idle", "never-used", "expired", "disabled", "unfinished-rotation"] as const).map((id) => [
        id,
        `days >= ${days}`,
      ]),
    ),
    "near-limit": `percent >= ${percent}`,
    "limit-reached": "percent >= 100",
    "name-pattern": pattern,
  };
  return thresholds[rule];
}

function coverageText(read: ReadSources, audit: Audit, summaries: readonly RuleSummary[]): string {
  const { keys, guardrails } = read;
  const reports = (rule: RuleId) => summaries.some((one) => one.rule === rule && one.unknown > 0);
  return joinLines(
    omittedText(keys),
    keys.expiredMayBeMissing && "Expired keys may be missing: this API rejected include_expired.",
    guardrails instanceof Error
      ? `The guardrails could not be read, so no-guardrail was not judged: ${safeLine(guardrails.message)}`
      : omittedText(guardrails),
    reports("unfinished-rotation") &&
      "unfinished-rotation is judged only with an open window of VS Code, which records the rotations.",
    audit.keys.length > 0 &&
      `Not in the API, so not audited: management keys and keys made through OAuth. See ${managementKeysUrl}.`,
  );
}

function offText({ rules }: Policy, wanted: readonly RuleId[]): string | undefined {
  const off = wanted.filter((rule) => rules[rule].severity === "off");
  return off.length > 0 ? `Off by this policy: ${off.join(", ")}.` : undefined;
}

/** Lists the exceptions that cover findings, and those that would if they had not ended. */
function exceptionsText(uses: readonly ExceptionUse[]): string | undefined {
  const used = uses.filter(({ findings }) => findings > 0).toSorted((a, b) => Number(b.hasEnded) - Number(a.hasEnded));
  const lines = used.slice(0, MAX_EXCEPTIONS).map(({ exception, findings, hasEnded }) => {
    const { rule, key, workspace, reason, until } = exception;
    const where = workspace ? ` in the workspace ${quoted(workspace)}` : "";
    const end = until ? `, until ${until}` : "";
    return `${hasEnded ? "Exception that has ended" : "Exception"}: ${rule} for ${quoted(key)}${where}${end}, ${findingsText(findings)}, reason ${quoted(reason)}`;
  });
  const more = used.length - lines.length;
  return joinLines(...lines, more > 0 && `${more} more exceptions cover findings.`) || undefined;
}

const findingsText = (count: number) => (count === 1 ? "1 finding" : `${count} findings`);

const isFiltered = (filter: object) => Object.values(filter).some((value) => value !== undefined);

function workspaceOf({ sources: { workspaces } }: ReadSources, id: string | undefined): string | undefined {
  if (id === undefined || !workspaces) return id;
  const found = workspaces.find((one) => one.id.toLowerCase() === id.toLowerCase());
  if (found) return found.id;
  throw new InvalidInputError(`No workspace has the id ${cell(id)}.`, "See or_workspaces_list.");
}

/** Returns the user id of an owner given by id or mail address; null for keys without an owner. */
function ownerOf({ sources: { keys, members }, membersError }: ReadSources, owner: string | undefined) {
  if (owner === undefined) return undefined;
  if (owner.toLowerCase() === "none") return null;
  if (!owner.includes("@")) {
    if (keys.some(({ creator_user_id }) => creator_user_id === owner)) return owner;
    throw new InvalidInputError(
      `No key has the owner ${cell(owner)}.`,
      "Pass a creator_user_id, a member's mail address, or none.",
    );
  }
  if (membersError) throw membersError.withNextStep("Pass the owner's creator_user_id instead of a mail address.");
  const member = members?.find(({ email }) => email.toLowerCase() === owner.toLowerCase());
  if (member) return member.id;
  throw new InvalidInputError(`No member has the mail address ${cell(owner)}.`, "See or_org_members.");
}
