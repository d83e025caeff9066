import * as vscode from "vscode";
import type { Unreadable } from "../../openrouter/index.ts";
import type { Resource } from "../data/resource.ts";
import { countText } from "./countTexts.ts";

export interface UnreadableCounts {
  unreadable?: Unreadable;
  unreadableWorkspaces?: Unreadable;
}

/** Returns how many rows and workspaces couldn't be read. */
export function unreadableText({ current }: Resource<object>): string | undefined {
  const t = vscode.l10n.t;
  const { unreadable, unreadableWorkspaces }: UnreadableCounts = current?.value ?? {};
  const placeholders = ({ count: unread, of, field }: Unreadable): [string, string, string] => [
    countText(unread),
    countText(of),
    field,
  ];
  const texts = [
    unreadable && t("{0} of {1} couldn't be read and aren't shown ({2})", ...placeholders(unreadable)),
    unreadableWorkspaces &&
      t(
        "Couldn't load {0} of {1} workspaces; their contents may be missing ({2})",
        ...placeholders(unreadableWorkspaces),
      ),
  ];
  return texts.filter(Boolean).join(" · ");
}
