import * as vscode from "vscode";
import { MAX_REASON, type PolicyException } from "../../../openrouter/safety/policy.ts";
import { utcDay } from "../../../openrouter/text/figures.ts";
import { redact } from "../../../openrouter/text/redact.ts";
import { DAY_MS } from "../../../openrouter/time.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { describeKey } from "../../data/describeKey.ts";
import { settingIds } from "../../platform/ids.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { safetyPolicySetting } from "../../platform/settings.ts";
import { askText } from "../../ui/askText.ts";
import { keysText } from "../../ui/countTexts.ts";
import { type PickItem, pickOne } from "../../ui/pick.ts";
import { BACK, type InputPosition, type WizardStep, wizard } from "../../ui/wizard.ts";
import { type FindingTarget, findingsFor } from "../selectedFindings.ts";
import type { SafetyServices } from "../services.ts";
import { ruleTitle, untilText } from "../text.ts";
import { addExceptions, type ExceptionEdit, nameForException, replacedBy } from "./editPolicy.ts";
import { createFile, pickFolder, showFile } from "./openPolicy.ts";
import { POLICY_FILE, type PolicyOrigin } from "./policyState.ts";
import { originText } from "./policyText.ts";
import { exceptionsText } from "./template.ts";

interface Draft {
  allRules?: boolean;
  reason?: string;
  /** YYYY-MM-DD, UTC; undefined for no end. */
  until?: string;
}

/** Asks for the reason and the end of an exception for the given findings, shows it, and adds it to the policy. */
export async function addException(services: SafetyServices, target: unknown, selection: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const title = t("Add Exception to Policy");
  const chosen = await findingsFor(services, title, target, selection);
  const targets = chosen.filter(({ finding }) => !finding.exception);
  const [first] = targets;
  if (!first) throw new Error(t("These findings already have an exception."));
  const { session } = first;
  const place = await placeOf(services);
  const about = targets.length === 1 ? describeKey(session, first.key) : keysText(targets.length);
  const steps: WizardStep<Draft>[] = [
    rulesStep(targets),
    reasonStep,
    untilStep,
    { ask: (draft, position) => review(editsOf(targets, draft), place, position) },
  ];
  const draft = await wizard<Draft>(session, title, {}, steps, about);
  await write(place, editsOf(targets, draft));
}

/** @throws Error if the policy has a problem: it must be corrected first */
async function placeOf({ view }: SafetyServices): Promise<PolicyOrigin> {
  const { origin, problem } = await (await view.model()).policy.current();
  if (problem) {
    if (problem.origin.kind === "file") await showFile(problem.origin.uri, problem.line);
    const name = originText(problem.origin);
    throw new Error(vscode.l10n.t("Correct the problem in {0} first: {1}", name, problem.text));
  }
  if (origin.kind !== "defaults") return origin;
  const folder = await pickFolder();
  return folder
    ? { kind: "file", uri: vscode.Uri.joinPath(folder, POLICY_FILE), folder: undefined }
    : { kind: "setting" };
}

function rulesStep(targets: readonly FindingTarget[]): WizardStep<Draft> {
  const t = vscode.l10n.t;
  const rules = new Set(targets.map(({ finding }) => ruleTitle(finding.rule)));
  const [rule = ""] = rules;
  return {
    async ask(_draft, position) {
      const only = rules.size === 1 ? t("Only “{0}”", rule) : t("Only the selected findings");
      const items: PickItem<boolean>[] = [
        { label: only, description: t("Other rules still report the key"), value: false },
        { label: t("All rules"), description: t("No rule reports this key any more"), value: true },
      ];
      const allRules = await pickOne(position, { items, placeholder: t("Which rules?") });
      return allRules === BACK ? BACK : { allRules };
    },
  };
}

const reasonStep: WizardStep<Draft> = {
  async ask({ reason }, position) {
    const t = vscode.l10n.t;
    const typed = await askText(position, {
      value: reason,
      prompt: t("Why is this accepted? The reason is shown with the exception"),
      validate(text) {
        if (text.trim() === "") return t("An exception needs a reason.");
        if (redact(text) !== text) return t("The reason must not contain a key.");
        return text.trim().length > MAX_REASON ? t("At most {0} characters.", MAX_REASON) : undefined;
      },
    });
    return typed === BACK ? BACK : { reason: typed.trim() };
  },
};

const OTHER = "other";

const untilStep: WizardStep<Draft> = {
  async ask(_draft, position) {
    const t = vscode.l10n.t;
    const inDays = (days: number) => utcDay(new Date(Date.now() + days * DAY_MS));
    const item = (label: string, days: number) => ({ label, description: inDays(days), value: inDays(days) });
    const items: PickItem<string | undefined>[] = [
      item(t("30 days"), 30),
      item(t("90 days"), 90),
      item(t("1 year"), 365),
      { label: t("Another day…"), value: OTHER },
      { label: t("No end date"), description: t("Never reported again"), value: undefined },
    ];
    const until = await pickOne(position, { items, placeholder: t("Until when? The last day counts, in UTC") });
    if (until === BACK) return BACK;
    return until === OTHER ? askDay(position) : { until };
  },
};

async function askDay(position: InputPosition): Promise<Partial<Draft> | typeof BACK> {
  const t = vscode.l10n.t;
  const today = utcDay(new Date());
  const typed = await askText(position, {
    prompt: t("The last day, UTC: YYYY-MM-DD"),
    placeholder: utcDay(new Date(Date.now() + 30 * DAY_MS)),
    validate(text) {
      const day = text.trim();
      const isDay = /^\d{4}-\d\d-\d\d$/.test(day) && utcDayOf(day) === day;
      if (!isDay) return t("Enter a day as YYYY-MM-DD.");
      return day < today ? t("This day has passed.") : undefined;
    },
  });
  return typed === BACK ? BACK : { until: typed.trim() };
}

/** "" for a day that doesn't exist, such as February 30. */
function utcDayOf(day: string): string {
  const at = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) ? "" : utcDay(new Date(at));
}

function editsOf(targets: readonly FindingTarget[], { allRules, reason = "", until }: Draft): ExceptionEdit[] {
  const edits = targets.map(({ finding, key, session }) => {
    const exception: PolicyException = {
      rule: allRules ? "*" : finding.rule,
      ...nameOf(session, key),
      reason,
      ...(until !== undefined && { until }),
    };
    return { exception, replaces: replacedBy(finding, exception) };
  });
  // Several findings of one key are one exception if it is for all rules.
  return [...new Map(edits.map((edit) => [JSON.stringify(edit.exception), edit])).values()];
}

function nameOf({ data }: AccountSession, key: FindingTarget["key"]): Pick<PolicyException, "key" | "workspace"> {
  const { keys = [], workspaces = [] } = data.keys.current?.value ?? {};
  const byId = new Map(workspaces.map(({ id, name }) => [id, name]));
  const isUnique = (name: string | undefined) => workspaces.filter((one) => one.name === name).length === 1;
  return nameForException(key, keys, (id) => (isUnique(byId.get(id)) ? byId.get(id) : id));
}

/** Shows what will be written, and where. */
async function review(
  edits: readonly ExceptionEdit[],
  place: PolicyOrigin,
  position: InputPosition,
): Promise<Partial<Draft> | typeof BACK> {
  const t = vscode.l10n.t;
  const accept = t(
    "Add to {0}",
    place.kind === "file" ? safeLabel(vscode.workspace.asRelativePath(place.uri)) : t("your settings"),
  );
  const rows: PickItem<boolean>[] = [
    { label: `$(check) ${accept}`, value: true, alwaysShow: true },
    { label: t("Exceptions"), kind: vscode.QuickPickItemKind.Separator, value: false },
    ...edits.map(({ exception, replaces }) => ({
      label: safeLabel([exception.key, exception.workspace].filter(Boolean).join(" · ")),
      description: [
        exception.rule === "*" ? t("all rules") : ruleTitle(exception.rule),
        untilText(exception.until),
        replaces && t("replaces the one that ended"),
      ]
        .filter(Boolean)
        .join(" · "),
      detail: safeLabel(exception.reason),
      value: false,
    })),
  ];
  const placeholder = t("Press Enter on the first row to add, Escape to cancel");
  for (;;) {
    const go = await pickOne({ ...position, about: undefined }, { items: rows, placeholder });
    if (go === BACK) return BACK;
    if (go) return {};
  }
}

async function write(place: PolicyOrigin, edits: readonly ExceptionEdit[]): Promise<void> {
  if (place.kind !== "file") return writeSetting(edits);
  const { uri } = place;
  const isThere = await vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
  if (isThere) await editFile(uri, edits);
  else await createFile(uri, exceptionsText(edits.map(({ exception }) => exception)));
  const t = vscode.l10n.t;
  const open = t("Open");
  const name = safeLabel(vscode.workspace.asRelativePath(uri));
  const text =
    edits.length === 1 ? t("Added an exception to {0}.", name) : t("Added {0} exceptions to {1}.", edits.length, name);
  // Not awaited: the exceptions are added, even if the notification stays open.
  void vscode.window.showInformationMessage(text, open).then((chosen) => {
    if (chosen === open) void showFile(uri);
  });
}

/** Edits the open document, if there is one; unsaved changes of the user stay unsaved. */
async function editFile(uri: vscode.Uri, edits: readonly ExceptionEdit[]): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const wasDirty = document.isDirty;
  const changes = addExceptions(document.getText(), edits);
  if (!changes) {
    await showFile(uri);
    throw new Error(vscode.l10n.t("{0} isn't a valid policy. Correct it first.", POLICY_FILE));
  }
  const edit = new vscode.WorkspaceEdit();
  for (const { offset, length, content } of changes) {
    const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
    edit.replace(uri, range, content);
  }
  const isApplied = await vscode.workspace.applyEdit(edit);
  const isSaved = isApplied && (wasDirty || (await document.save()));
  if (wasDirty) await showFile(uri);
  if (!isSaved) throw new Error(vscode.l10n.t("Couldn't change {0}.", safeLabel(vscode.workspace.asRelativePath(uri))));
}

async function writeSetting(edits: readonly ExceptionEdit[]): Promise<void> {
  const before = JSON.stringify(safetyPolicySetting() ?? {}, undefined, 2);
  const { applyEdits } = await import("jsonc-parser");
  const changes = addExceptions(before, edits);
  if (!changes) throw new Error(vscode.l10n.t("{0} isn't a valid policy. Correct it first.", settingIds.safetyPolicy));
  const value: unknown = JSON.parse(applyEdits(before, changes));
  await vscode.workspace.getConfiguration().update(settingIds.safetyPolicy, value, vscode.ConfigurationTarget.Global);
}
