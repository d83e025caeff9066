import * as vscode from "vscode";
import { ALLOW_MARKER } from "../../../leaks/ignore.ts";
import { managementKeysUrl } from "../../../openrouter/links.ts";
import { commandIds } from "../../platform/ids.ts";
import { SOURCE } from "./baselines.ts";
import { commentSyntax } from "./commentSyntax.ts";
import { LEAKED_KEY, LEAKED_MANAGEMENT_KEY } from "./problems.ts";

/** The place of a found secret. Commands get this instead of the secret, which is read from the document again. */
export interface FoundPlace {
  uri: string;
  start: { line: number; character: number };
  end: { line: number; character: number };
}

/** Offers quick fixes for our problems in all documents. */
export function registerQuickFixes(): vscode.Disposable {
  const provider: vscode.CodeActionProvider = {
    async provideCodeActions(document, _range, { diagnostics }) {
      const ours = diagnostics.filter((one) => one.source === SOURCE && ruleOf(one) !== undefined);
      return (await Promise.all(ours.map((one) => fixesFor(document, one)))).flat();
    },
  };
  return vscode.languages.registerCodeActionsProvider([{ scheme: "*" }, { notebookType: "*" }], provider, {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  });
}

async function fixesFor(document: vscode.TextDocument, problem: vscode.Diagnostic): Promise<vscode.CodeAction[]> {
  const t = vscode.l10n.t;
  const { start, end } = problem.range;
  const place: FoundPlace = {
    uri: document.uri.toString(),
    start: { line: start.line, character: start.character },
    end: { line: end.line, character: end.character },
  };
  const run = (title: string, command: string, argument: unknown = place) => {
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.diagnostics = [problem];
    action.command = { title, command, arguments: [argument] };
    return action;
  };
  // The management key of an account of the user is no false alarm, and must not be ignored.
  if (ruleOf(problem) === LEAKED_MANAGEMENT_KEY)
    return [
      run(t("Open the Page Where Management Keys Are Deleted"), "vscode.open", vscode.Uri.parse(managementKeysUrl)),
      run(t("Set Another Key…"), commandIds.setKey, null),
    ];
  const ignore = await ignoreLine(document, problem);
  return [
    run(t("Rotate This Key…"), commandIds.rotateFoundKey),
    run(t("Disable This Key…"), commandIds.disableFoundKey),
    run(t("Mark as False Alarm…"), commandIds.markFalseAlarm),
    ...(ignore ? [ignore] : []),
  ];
}

/** Adds a comment above the line, since some formats have none at the end of a line. */
async function ignoreLine(
  document: vscode.TextDocument,
  problem: vscode.Diagnostic,
): Promise<vscode.CodeAction | undefined> {
  const syntax = await commentSyntax(document.languageId);
  if (!syntax) return undefined;
  const action = new vscode.CodeAction(vscode.l10n.t("Ignore This Line"), vscode.CodeActionKind.QuickFix);
  const line = document.lineAt(problem.range.start.line);
  const indent = line.text.slice(0, line.firstNonWhitespaceCharacterIndex);
  const eol = document.eol === vscode.EndOfLine.CRLF ? "\r\n" : "\n";
  action.diagnostics = [problem];
  action.edit = new vscode.WorkspaceEdit();
  action.edit.insert(document.uri, line.range.start, `${indent}${syntax.open}${ALLOW_MARKER}${syntax.close}${eol}`);
  return action;
}

function ruleOf({ code }: vscode.Diagnostic): string | undefined {
  const value = typeof code === "object" ? code.value : code;
  return [LEAKED_KEY, LEAKED_MANAGEMENT_KEY].find((rule) => rule === value);
}
