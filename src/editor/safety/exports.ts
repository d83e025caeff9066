import * as vscode from "vscode";
import { builtInNames, type ExportFacts, exportNotes } from "../../openrouter/safety/exportNotes.ts";
import {
  type ExportContext,
  findingsToCsv,
  findingsToMarkdown,
  ownersToCsv,
  ownersToMarkdown,
} from "../../openrouter/safety/exports.ts";
import type { Audit } from "../../openrouter/safety/findings.ts";
import { utcDay } from "../../openrouter/text/figures.ts";
import { redact } from "../../openrouter/text/redact.ts";
import type { AccountSession } from "../data/accountData.ts";
import { workspaceNames } from "../data/workspaceNames.ts";
import { accountFileParts } from "../ui/accountFileParts.ts";
import { type PickItem, pickOne } from "../ui/pick.ts";
import { saveExport } from "../ui/saveExport.ts";
import { BACK } from "../ui/wizard.ts";
import type { Audited } from "./audits.ts";
import { type FindingsFilter, filterAudit, ownerName } from "./filter.ts";
import { openAudit } from "./openAudit.ts";
import { POLICY_FILE } from "./policy/policyState.ts";
import type { SafetyServices } from "./services.ts";

/** How long the status bar says that something was copied. */
const STATUS_MS = 4_000;

type Format = "csv" | "md";
interface Content {
  session: AccountSession;
  audit: Audit;
  context: ExportContext;
}

/** Saves the findings that the view shows. */
export async function exportFindings(services: SafetyServices): Promise<void> {
  const t = vscode.l10n.t;
  const title = t("Export Findings");
  const session = await services.sessions.for();
  const items: PickItem<Format>[] = [
    { label: t("CSV"), description: t("one row for each finding"), value: "csv" },
    { label: t("Markdown"), description: t("a table for each rule"), value: "md" },
  ];
  const format = await pickOne({ title, account: session }, { items, placeholder: t("Select a format") });
  if (format === BACK) return;
  const content = await readContent(services, session);
  const text =
    format === "csv"
      ? findingsToCsv(content.audit, content.context)
      : findingsToMarkdown(content.audit, content.context);
  await save(title, "key-safety", format, text, session);
}

/** Copies or saves the list of the keys' creators with their findings, to send around. */
export async function copyOwnerList(services: SafetyServices): Promise<void> {
  const t = vscode.l10n.t;
  const title = t("Copy or Save Owner List");
  const session = await services.sessions.for();
  const items: PickItem<Format | "copy">[] = [
    { label: t("$(copy) Copy as Markdown"), value: "copy" },
    { label: t("$(save) Save as Markdown…"), value: "md" },
    { label: t("$(save) Save as CSV…"), value: "csv" },
  ];
  const placeholder = t("Findings by the creator of the key, with names and email addresses");
  const choice = await pickOne({ title, account: session }, { items, placeholder });
  if (choice === BACK) return;
  const { audit, context } = await readContent(services, session);
  if (choice === "csv") return save(title, "key-owners", choice, ownersToCsv(audit, context), session);
  const text = ownersToMarkdown(audit, context);
  if (choice === "md") return save(title, "key-owners", choice, text, session);
  await vscode.env.clipboard.writeText(redact(text));
  vscode.window.setStatusBarMessage(t("$(check) Copied the owner list"), STATUS_MS);
}

function save(title: string, subject: string, format: Format, text: string, session: AccountSession): Promise<void> {
  const account = { name: session.name, isSample: session.source === "sample" };
  const parts = ["openrouter", ...accountFileParts(account), subject, utcDay(new Date())];
  const filters: Record<string, string[]> = format === "csv" ? { CSV: ["csv"] } : { Markdown: ["md"] };
  return saveExport({ title, account: session, fileName: `${parts.join("-")}.${format}`, filters, text });
}

async function readContent(services: SafetyServices, session: AccountSession): Promise<Content> {
  const { members } = session.data;
  // Names of owners; without them, the file has their ids.
  const [audited, { filter }] = await Promise.all([
    openAudit(services, session),
    services.view.model(),
    members.ensureQuietly(),
  ]);
  const context: ExportContext = {
    account: { name: session.name, isSample: session.source === "sample" },
    policy: policyName(audited),
    workspaceNames: workspaceNames(session.data.keys.current?.value.workspaces),
    members: members.current?.value.members,
    notes: exportNotes(factsOf(audited, filter)),
  };
  return { session, audit: filterAudit(audited.audit, filter), context };
}

/** Exports are in English, whatever the language of the interface. */
function policyName({ policy: { origin } }: Audited): string {
  if (origin.kind !== "file") return builtInNames[origin.kind];
  return origin.folder === undefined ? POLICY_FILE : `${origin.folder}/${POLICY_FILE}`;
}

function factsOf({ session, policy, guardrailsKnown }: Audited, { owner, workspaceId }: FindingsFilter): ExportFacts {
  const { keys, members } = session.data;
  const { value, readAt } = keys.current ?? {};
  return {
    onlyWorkspace: workspaceId && (workspaceNames(value?.workspaces).get(workspaceId) ?? workspaceId),
    onlyOwner: owner && ownerName(session, owner),
    policyHasProblem: policy.problem !== undefined,
    guardrailsKnown,
    onlyDefaultWorkspace: value?.workspaces === undefined,
    expiredMayBeMissing: value?.expiredMayBeMissing ?? false,
    keysMayBeMissing: Boolean(value?.unreadable ?? value?.unreadableWorkspaces),
    staleSince: keys.failure === undefined ? undefined : readAt,
    ownersKnown: members.current !== undefined,
  };
}
