// Findings and owners as CSV and Markdown files, in English. Pure; USD and UTC, unrounded in CSV.

import { getKeyCost } from "../keys/keyCost.ts";
import { getLastUse } from "../keys/keyStatus.ts";
import { managementKeysUrl } from "../links.ts";
import type { Key, Member } from "../schemas.ts";
import { toCsvText } from "../text/csv.ts";
import { formatMoney } from "../text/format.ts";
import { markdownCode, markdownTable, markdownText } from "../text/markdownText.ts";
import { oneLine } from "../text/printable.ts";
import { redact, shortLabel } from "../text/redact.ts";
import { summarizeByRule } from "./audit.ts";
import { type Audit, type Finding, getLifetimeSpend, isSafeToRemove, SAFE_TO_REMOVE } from "./findings.ts";
import { listOwners, type Owner, ownerName } from "./owners.ts";
import type { RuleId } from "./policy.ts";
import { figureText, notInApi, ruleCriterion, ruleTitles } from "./ruleTexts.ts";

export interface ExportContext {
  account: { name: string; isSample: boolean };
  /** Where the policy comes from, such as `openrouter-policy.json`. */
  policy: string;
  /** Names of workspaces by id, as they are shown. */
  workspaceNames: ReadonlyMap<string, string>;
  /** Undefined if they weren't read: creators are named by their ids. */
  members: readonly Member[] | undefined;
  /** What else the reader must know, such as lists that couldn't be read. */
  notes?: readonly string[];
}

/** Texts of the account may contain anything, even a secret. */
const clean = (text: string) => oneLine(text, redact);
const money = (usd: number) => formatMoney(usd, "en-US");
const day = (iso: string | null | undefined) => (iso ?? "").slice(0, 10);
const accountName = ({ account: { name, isSample } }: ExportContext) =>
  isSample ? `${clean(name)} (sample account, invented data)` : clean(name);

/** Converts the findings, and the keys that couldn't be judged, to a row each; a rule that could judge no key has one row. */
export function findingsToCsv(audit: Audit, context: ExportContext): string {
  const fields = [
    ...["rule", "title", "severity", "status", "key", "label", "hash", "workspace", "owner", "owner_email", "figure"],
    ...["limit_usd", "limit_reset", "month_usd", "total_usd", "created_at", "last_used_at", "expires_at"],
    ...["safe_to_remove", "exception_reason", "exception_until", "policy", "account", "notes"],
  ];
  const describe = describeKeys(context);
  const [policy, account, notes] = [clean(context.policy), accountName(context), notesText(context)];
  const row = (rule: RuleId, key: Key, status: string, finding?: Finding) => {
    const exception = finding?.exception ?? finding?.endedException;
    const { name, label, workspace, owner, email } = describe(key);
    return [
      ...[rule, ruleTitles[rule], audit.policy.rules[rule].severity, status, name, label, key.hash],
      ...[workspace, owner, email, finding ? figureText(finding) : ""],
      ...[key.limit, key.limit_reset, getKeyCost(key, "month"), getLifetimeSpend(key)],
      ...[key.created_at, key.last_used_at, key.expires_at, finding ? isSafeToRemove(finding) : ""],
      ...[exception && clean(exception.reason), exception?.until, policy, account, notes],
    ];
  };
  const unknownRows = audit.unknown.flatMap(({ rule, keys }) =>
    keys.length === audit.keys.length
      ? [
          [
            rule,
            ruleTitles[rule],
            audit.policy.rules[rule].severity,
            "unknown for all keys",
            ...fields.slice(4, -1).map(() => ""),
            notes,
          ],
        ]
      : keys.map((key) => row(rule, key, "unknown")),
  );
  return toCsvText(fields, [
    ...audit.findings.map((finding) => row(finding.rule, finding.key, statusOf(finding), finding)),
    ...unknownRows,
  ]);
}

/** What else the reader must know, in a column: a file with a part of the findings must not look like all of them. */
const notesText = ({ notes = [] }: ExportContext) => notes.map(clean).join(" ");

const statusOf = ({ exception, endedException }: Finding): string =>
  exception ? "excepted" : endedException ? "finding, exception ended" : "finding";

/** Converts the findings to a document with a section for each rule. */
export function findingsToMarkdown(audit: Audit, context: ExportContext): string {
  const describe = describeKeys(context);
  const summaries = summarizeByRule(audit);
  const found = summaries.filter(({ findings, excepted }) => findings + excepted > 0);
  const overview = markdownTable(
    ["Rule", "Keys that are", "Severity", "Findings", "Excepted", "Not judged", "Spend this month"],
    summaries.map(({ rule, severity, findings, excepted, unknown, spendAtRisk }) => [
      ...[ruleTitles[rule], markdownText(ruleCriterion(rule, audit.policy.rules[rule])), severity, `${findings}`],
      ...[excepted ? `${excepted}` : "", unknown ? `${unknown}` : "", findings > 0 ? money(spendAtRisk) : ""],
    ]),
  );
  const section = (rule: RuleId): string => {
    const rows = audit.findings.filter((finding) => finding.rule === rule);
    const table = markdownTable(
      ["Key", "Label", "Workspace", "Owner", "Figure", "This month", "In all", "Last use", "Note"],
      rows.map((finding) => {
        const { key } = finding;
        const { name, label, workspace, owner } = describe(key);
        const total = getLifetimeSpend(key);
        return [
          ...[markdownCode(name), markdownCode(shortLabel(label))],
          ...[markdownText(workspace), markdownText(owner), markdownText(figureText(finding))],
          ...[money(getKeyCost(key, "month")), total === undefined ? "unknown" : money(total), lastUseText(key)],
          noteOf(finding),
        ];
      }),
    );
    return `## ${ruleTitles[rule]}\n\n${table}`;
  };
  return joinSections(
    `# Key safety: ${markdownText(accountName(context))}`,
    aboutText(audit, context),
    overview,
    ...found.map(({ rule }) => section(rule)),
    endedText(audit),
  );
}

function noteOf(finding: Finding): string {
  const { exception, endedException } = finding;
  const until = exception?.until ? ` until ${exception.until}` : "";
  return [
    exception && `Excepted${until}: ${markdownText(clean(exception.reason))}`,
    endedException && `Exception ended on ${endedException.until}: ${markdownText(clean(endedException.reason))}`,
    isSafeToRemove(finding) && "Safe to remove",
  ]
    .filter(Boolean)
    .join("; ");
}

function lastUseText(key: Key): string {
  const use = getLastUse(key);
  return use.kind === "used"
    ? markdownText(day(use.at))
    : { idle: "before 2026", never: "never", unknown: "unknown" }[use.kind];
}

function aboutText({ at, keys }: Audit, context: ExportContext): string {
  const { days, usd } = SAFE_TO_REMOVE;
  return [
    `${keys.length} ${keys.length === 1 ? "key" : "keys"}, ${at.toISOString().slice(0, 16).replace("T", " ")} UTC. Policy: ${markdownText(clean(context.policy))}. Amounts are USD with BYOK; months and days are UTC.`,
    `"Safe to remove": idle or never used for ${days} days or more, and at most ${money(usd)} spent in all.`,
    `${notInApi} They are listed at <${managementKeysUrl}>.`,
    ...(context.notes ?? []).map((note) => markdownText(clean(note))),
  ].join("\n\n");
}

function endedText({ exceptions }: Audit): string | undefined {
  const ended = exceptions.filter(({ hasEnded }) => hasEnded);
  if (ended.length === 0) return undefined;
  const rows = ended.map(({ exception, findings }) => [
    ...[exception.rule === "*" ? "all" : ruleTitles[exception.rule], markdownCode(clean(exception.key))],
    ...[exception.until!, `${findings}`, markdownText(clean(exception.reason))],
  ]);
  return `## Exceptions that have ended\n\n${markdownTable(["Rule", "Key", "Ended after", "Findings", "Reason"], rows)}`;
}

/** Converts the owners of found keys to one row per key. */
export function ownersToCsv(audit: Audit, context: ExportContext): string {
  const fields = [
    "owner",
    "owner_email",
    "owner_id",
    "role",
    "key",
    "label",
    "hash",
    "workspace",
    "severity",
    "findings",
    "month_usd",
    "account",
    "notes",
  ];
  const describe = describeKeys(context);
  const [account, notes] = [accountName(context), notesText(context)];
  const rows = listOwners(audit, context.members).flatMap(({ id, member, keys }) =>
    keys.map(({ key, findings }) => {
      const { name, label, workspace, owner, email } = describe(key);
      return [
        ...[owner, email, id && clean(id), member && clean(member.role), name, label, key.hash, workspace],
        ...[mostSevere(findings), findings.map(findingText).join("; "), getKeyCost(key, "month"), account, notes],
      ];
    }),
  );
  return toCsvText(fields, rows);
}

/** Converts the owners of found keys to a list to send around: a section for each person. */
export function ownersToMarkdown(audit: Audit, context: ExportContext): string {
  const describe = describeKeys(context);
  const section = ({ id, member, keys, severe, spendAtRisk }: Owner): string => {
    const name = ownerName(id, member);
    const email = member && clean(member.email) !== name ? ` (${markdownText(clean(member.email))})` : "";
    const count = `${keys.length} ${keys.length === 1 ? "key" : "keys"}${severe ? `, ${severe} severe` : ""}, ${money(spendAtRisk)} this month`;
    const table = markdownTable(
      ["Key", "Label", "Workspace", "Severity", "Findings", "This month"],
      keys.map(({ key, findings }) => {
        const { name, label, workspace } = describe(key);
        return [
          ...[markdownCode(name), markdownCode(shortLabel(label)), markdownText(workspace)],
          ...[
            mostSevere(findings),
            markdownText(findings.map(findingText).join("; ")),
            money(getKeyCost(key, "month")),
          ],
        ];
      }),
    );
    return `## ${name === undefined ? "Creator unknown" : markdownText(clean(name))}${email}\n\n${count}\n\n${table}`;
  };
  const owners = listOwners(audit, context.members);
  return joinSections(
    `# Keys to check, by owner: ${markdownText(accountName(context))}`,
    aboutText(audit, context),
    ...(owners.length > 0 ? owners.map(section) : ["No key of the account has a finding."]),
  );
}

/** Findings are in the order of the rules, not of their severity. */
const mostSevere = (findings: readonly Finding[]): string =>
  ["severe", "warning", "info"].find((severity) => findings.some((one) => one.severity === severity)) ?? "";

function findingText(finding: Finding): string {
  const figure = figureText(finding);
  return `${ruleTitles[finding.rule]}${figure ? ` (${figure})` : ""}`;
}

/** Returns a lookup of a key's name, label, workspace and creator. Most keys have several findings. */
function describeKeys({ workspaceNames, members }: ExportContext) {
  const memberById = new Map(members?.map((member) => [member.id, member]));
  const describe = ({ name, label, workspace_id, creator_user_id }: Key) => {
    const member = memberById.get(creator_user_id ?? "");
    return {
      name: clean(name),
      label: clean(label),
      workspace: clean(workspaceNames.get(workspace_id ?? "") ?? workspace_id ?? ""),
      owner: clean(ownerName(creator_user_id, member) ?? ""),
      email: clean(member?.email ?? ""),
    };
  };
  const known = new Map<Key, ReturnType<typeof describe>>();
  return (key: Key) => {
    const description = known.get(key) ?? describe(key);
    known.set(key, description);
    return description;
  };
}

const joinSections = (...sections: (string | undefined)[]) => `${sections.filter(Boolean).join("\n\n")}\n`;
