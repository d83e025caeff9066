import { homedir, hostname } from "node:os";
import * as vscode from "vscode";
import { messageOf } from "../platform/messageOf.ts";
import { quoted } from "../platform/quoted.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import type { Client } from "./clientList.ts";
import type { ClientState } from "./clientState.ts";
import { FileError } from "./configFile.ts";
import type { ConfigError } from "./formats/format.ts";

const t = vscode.l10n.t;

export function clientName({ id, name }: Client): string {
  return id === "copilot" ? t("{0} and Agents window", name) : name;
}

/** Abbreviates the home folder. */
export function pathText(file: string): string {
  const home = homedir();
  return safeLabel(
    file.startsWith(home) && /^[\\/]/.test(file.slice(home.length)) ? `~${file.slice(home.length)}` : file,
  );
}

/** Says on which computer the file is. */
export function placeText(file: string, isRemote: boolean): string {
  return isRemote ? t("{0} on the remote host {1}", pathText(file), safeLabel(hostname())) : pathText(file);
}

export function stateText(state: ClientState): string {
  if ("error" in state) return `$(error) ${reasonText(state.error)}`;
  const { setup } = state;
  if (setup.kind === "current" && setup.isDisabled) return `$(warning) ${t("Set up, but disabled in the client")}`;
  if (setup.kind === "current") return `$(check) ${t("Set up")}`;
  if (setup.kind === "renamed") return `$(check) ${t("Set up as {0}", quoted(setup.name))}`;
  if (setup.kind === "different") return `$(warning) ${t("Set up with another command")}`;
  return state.isFound ? t("Not set up") : t("Not found on this computer");
}

function reasonText(error: ConfigError | FileError): string {
  const { problem } = error;
  const line = "line" in error && error.line !== undefined ? error.line : undefined;
  const key = quoted(("key" in error && error.key) || "");
  switch (problem) {
    case "syntax":
      return line === undefined ? t("Syntax error") : t("Syntax error in line {0}", line);
    case "document":
      return t("Not a JSON object");
    case "servers":
      return t("{0} is not a table", key);
    case "duplicate":
      return t("{0} appears twice", key);
    case "folder":
      return t("A folder, not a file");
    case "encoding":
      return t("Not encoded as UTF-8");
    case "noAccess":
      return t("No access");
    default:
      return t("Can't be read");
  }
}

/** Says why a file can't be read or written and what to do. */
export function problemText(error: ConfigError | FileError, file: string, isRemote: boolean): string {
  const place = placeText(file, isRemote);
  if (error instanceof FileError) return fileProblemText(error, place);
  const { problem, line, key = "" } = error;
  const where = line === undefined ? place : t("{0}, line {1}", place, line);
  const nothing = t("Nothing was changed.");
  const texts = {
    syntax: t("{0}: the file has a syntax error. Correct it, then try again.", where),
    document: t("{0}: the file doesn't contain a JSON object. Correct it, then try again.", where),
    servers: t("{0}: {1} is not a table of servers. Correct or remove it, then try again.", where, quoted(key)),
    duplicate: t("{0}: {1} appears twice. Remove one of them, then try again.", where, quoted(key)),
    inline: t(
      "{0}: {1} is written in a form that can't be changed safely, such as an inline table. Write each server as a table of its own, then try again.",
      where,
      quoted(key),
    ),
    others: t(
      "{0}: {1} can't be changed without changing other text. Change it in the file itself.",
      where,
      quoted(key),
    ),
  };
  return `${texts[problem]} ${nothing}`;
}

function fileProblemText({ problem, cause }: FileError, place: string): string {
  switch (problem) {
    case "folder":
      return t("{0} is a folder, not a file. Rename or remove it, then try again.", place);
    case "notFile":
      return t("{0} or one of its folders is not what the client expects. Rename or remove it, then try again.", place);
    case "encoding":
      return t("{0} is not encoded as UTF-8. Convert it, then try again.", place);
    case "tooLarge":
      return t("{0} is too large to be a configuration file. Add the server in the client itself.", place);
    case "readOnly":
      return t("{0} is read-only. If another program manages it, add the server there; else make it writable.", place);
    case "noAccess":
      return t("You don't have access to {0}. Change its permissions, then try again.", place);
    case "other":
      return t("{0} can't be used: {1}", place, safeLabel(messageOf(cause)));
  }
}

/** Says how the client notices the change. */
export function nextStepText({ id, name }: Client): string {
  switch (id) {
    case "copilot":
      return t("Start a new session: {0} reads the file then.", name);
    case "claudeDesktop":
      return t("Quit {0} and open it again: closing its window is not enough.", name);
    case "cursor":
      return t("If {0} doesn't pick up the change, restart it.", name);
    case "zed":
      return t("{0} picks up the change immediately.", name);
    default:
      return t("Open sessions don't pick up the change. Restart {0}.", name);
  }
}

/** Warns about clients that write their file while they run. */
export function warningText({ id, name }: Client): string | undefined {
  if (id !== "claudeCode" && id !== "claudeDesktop") return undefined;
  return t("{0} writes this file itself while it runs, which can undo the change. Close it first.", name);
}
