import * as vscode from "vscode";
import { readPolicy as checkPolicy, parsePolicy, toPolicy } from "../../../openrouter/safety/policy.ts";
import { formatPolicyProblem, type TextRange } from "../../../openrouter/safety/policyProblem.ts";
import { redact } from "../../../openrouter/text/redact.ts";
import { safetyPolicySetting } from "../../platform/settings.ts";
import { POLICY_FILE, type PolicyOrigin, type PolicyProblem, type PolicyState } from "./policyState.ts";

/** A policy of a thousand exceptions has less. */
const MAX_BYTES = 1_000_000;

interface Read extends Omit<PolicyState, "unused"> {
  /** Where the problem is in the file. */
  range?: vscode.Range;
  unused: vscode.Uri[];
}

/**
 * Reads the policy: of the first workspace folder that has a policy file, else of the user's settings, else the built-in
 * rules. If the one that comes first has a problem, the next one is used and the problem reported.
 */
export async function readPolicy(): Promise<Read> {
  const files = await policyFiles();
  const [first, ...unused] = files;
  const own = first && (await readFile(first));
  if (own?.policy) return { policy: own.policy, origin: own.origin, unused };
  const next = readSetting();
  const problem = own?.problem ?? next.problem;
  return { policy: next.policy, origin: next.origin, problem, range: own?.range, unused };
}

/** Lists the policy files of the workspace's folders, in the order of the folders. */
async function policyFiles(): Promise<vscode.Uri[]> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const uris = folders.map(({ uri }) => vscode.Uri.joinPath(uri, POLICY_FILE));
  const exist = await Promise.all(uris.map(exists));
  return uris.filter((_, i) => exist[i]);
}

/** True unless the file is certainly missing: one that can't be read is a problem, not an absence. */
async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch (error) {
    return !(error instanceof vscode.FileSystemError && error.code === "FileNotFound");
  }
}

type FileRead = { origin: PolicyOrigin } & (
  | { policy: PolicyState["policy"]; problem?: undefined; range?: undefined }
  | { policy?: undefined; problem: PolicyProblem; range?: vscode.Range }
);

async function readFile(uri: vscode.Uri): Promise<FileRead> {
  const t = vscode.l10n.t;
  const origin = fileOrigin(uri);
  const failed = (text: string) => ({ origin, problem: { origin, text } });
  let text: string;
  try {
    const { size, type } = await vscode.workspace.fs.stat(uri);
    // A link to a device would be read without end.
    if ((type & vscode.FileType.File) === 0) return failed(t("It isn't a file."));
    if (size > MAX_BYTES) return failed(t("The file is larger than 1 MB."));
    text = new TextDecoder("utf-8").decode(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    return failed(redact(t("It can't be read: {0}", error instanceof Error ? error.message : String(error))));
  }
  const parsed = parsePolicy(text, t);
  if ("policy" in parsed) return { origin, policy: parsed.policy };
  const { problem, range } = parsed;
  const found = { origin, text: redact(problem), line: range?.line };
  return { origin, problem: found, range: range && editorRange(text, range) };
}

function readSetting(): Pick<Read, "policy" | "origin" | "problem"> {
  const value = safetyPolicySetting();
  const defaults = { policy: toPolicy({}), origin: { kind: "defaults" } } as const;
  if (value === undefined) return defaults;
  const origin = { kind: "setting" } as const;
  const parsed = checkPolicy(value, vscode.l10n.t);
  if ("policy" in parsed) return { policy: parsed.policy, origin };
  return { ...defaults, problem: { origin, text: redact(formatPolicyProblem(parsed, vscode.l10n.t)) } };
}

/** A marker of no length would be invisible. */
function editorRange(text: string, { line, column, offset, length }: TextRange): vscode.Range {
  const [first = "", ...more] = text.slice(offset, offset + Math.max(1, length)).split(/\r\n|\r|\n/);
  const last = more.at(-1);
  const end = last === undefined ? column - 1 + first.length : last.length;
  return new vscode.Range(line - 1, column - 1, line - 1 + more.length, end);
}

/** Names the folder only if there are several. */
export function fileOrigin(uri: vscode.Uri): PolicyOrigin {
  const several = (vscode.workspace.workspaceFolders ?? []).length > 1;
  return { kind: "file", uri, folder: several ? vscode.workspace.getWorkspaceFolder(uri)?.name : undefined };
}
