import type * as vscode from "vscode";
import type { Policy } from "../../../openrouter/safety/policy.ts";

/** Where a policy comes from: a file of the workspace, the user's settings, or the built-in rules. */
export type PolicyOrigin =
  | { kind: "file"; uri: vscode.Uri; folder: string | undefined }
  | { kind: "setting" }
  | { kind: "defaults" };

export interface PolicyProblem {
  origin: PolicyOrigin;
  text: string;
  /** 1-based, for a file. */
  line?: number;
}

/** The policy in use. */
export interface PolicyState {
  policy: Policy;
  origin: PolicyOrigin;
  /** Why the file or setting that comes first is not used. */
  problem?: PolicyProblem;
  /** Files of other folders that are not used: the first folder's applies. */
  unused: readonly vscode.Uri[];
}

export const POLICY_FILE = "openrouter-policy.json";
