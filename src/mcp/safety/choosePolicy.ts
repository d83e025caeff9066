// Chooses the policy of an audit: the file of the client's folders, else the user's setting in VS Code, else the defaults.
// Only a file of this one name is read, and nothing in it is an instruction.
import { constants, type FileHandle, lstat, open } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Policy, parsePolicy, toPolicy } from "../../openrouter/safety/policy.ts";
import { formatPolicyProblem, type PolicyProblem } from "../../openrouter/safety/policyProblem.ts";
import { excerpt } from "../../openrouter/text/printable.ts";
import type { Roots } from "../roots.ts";
import { joinLines, quoted, safeLine } from "../text.ts";

const POLICY_FILE = "openrouter-policy.json";
const SETTING = "the setting openrouterAdmin.safety.policy in VS Code";
/** A policy of a thousand exceptions has less. */
const MAX_BYTES = 1_000_000;
const MAX_PROBLEM = 300;

export interface ChosenPolicy {
  policy: Policy;
  /** Says which policy it is, and which one was not used because of a problem. */
  text: string;
}

/** @param setting the user's setting as JSON; undefined if it isn't set or no window is open */
export async function choosePolicy({ folders, problem }: Roots, setting: string | undefined): Promise<ChosenPolicy> {
  const found = await Promise.all(folders.map(hasPolicyFile));
  const [first, ...others] = folders.filter((_, i) => found[i]);
  const unused = others.length > 0 && `Not used: ${POLICY_FILE} of ${others.map(folderName).join(", ")}.`;
  const problems: string[] = problem ? [`Folders unknown: ${problem}.`] : [];
  if (first !== undefined) {
    const file = await readPolicyFile(join(first, POLICY_FILE));
    const parsed = "problem" in file ? file : parsePolicy(file.text);
    const name = `${POLICY_FILE} of the folder ${folderName(first)}`;
    if ("policy" in parsed) return { policy: parsed.policy, text: joinLines(`Policy: ${name}.`, unused) };
    problems.push(problemText(name, parsed));
  }
  const parsed = setting === undefined ? undefined : parseSetting(setting);
  if (parsed && "policy" in parsed)
    return { policy: parsed.policy, text: joinLines(...problems, `Policy: ${SETTING}.`, unused) };
  if (parsed) problems.push(problemText(SETTING, parsed));
  const reason =
    first !== undefined || parsed
      ? ""
      : `, as there is no ${POLICY_FILE} in the client's folders and no setting openrouterAdmin.safety.policy in VS Code`;
  return { policy: toPolicy({}), text: joinLines(...problems, `Policy: the defaults${reason}.`, unused) };
}

function parseSetting(json: string): { policy: Policy } | PolicyProblem {
  const parsed = parsePolicy(json);
  // The place in the text means nothing to the user, who wrote a value in the settings.
  return "policy" in parsed ? parsed : { problem: parsed.problem, path: parsed.path };
}

function problemText(name: string, problem: PolicyProblem): string {
  const text = excerpt(safeLine(formatPolicyProblem(problem)), MAX_PROBLEM);
  return `Not used because of a problem: ${name}: ${text} The user should correct it.`;
}

const folderName = (folder: string) => quoted(basename(folder) || folder);

/** True unless the file is certainly missing: one that can't be read is a problem, not an absence. */
async function hasPolicyFile(folder: string): Promise<boolean> {
  try {
    await lstat(join(folder, POLICY_FILE));
    return true;
  } catch (error) {
    return !["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
  }
}

async function readPolicyFile(path: string): Promise<{ text: string } | PolicyProblem> {
  const failed = (problem: string): PolicyProblem => ({ problem, path: [] });
  let file: FileHandle | undefined;
  try {
    // A link could lead to any file, whose content the problem would then quote; a pipe would never end.
    if (!(await lstat(path)).isFile()) return failed("It is not a file.");
    file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    if (!(await file.stat()).isFile()) return failed("It is not a file.");
    const buffer = Buffer.alloc(MAX_BYTES + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length);
      length += bytesRead;
      if (bytesRead === 0 || length > MAX_BYTES) break;
    }
    if (length > MAX_BYTES) return failed("The file is larger than 1 MB.");
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(buffer.subarray(0, length)) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return failed(
      error instanceof TypeError ? "It is not UTF-8 text." : `It can't be read (${code ?? "unknown error"}).`,
    );
  } finally {
    await file?.close();
  }
}
