import { existsSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import { makeFolder, UnsafeFolderError } from "../../channel/entries.ts";
import { confirm } from "../platform/dialogs.ts";
import { takeLock } from "../platform/fileLock.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { unsafeFolderText } from "../platform/unsafeFolderText.ts";
import { pickOne } from "../ui/pick.ts";
import { BACK } from "../ui/wizard.ts";
import { type Action, actionsOf, type Change, isDone, planChange } from "./change.ts";
import { type Client, clients, type Machine } from "./clientList.ts";
import { type ClientState, type ReadableState, readClientState } from "./clientState.ts";
import { deleteConfig, FileError, readConfig, writeConfig } from "./configFile.ts";
import { ConfigError } from "./formats/format.ts";
import { installLauncher, launcherPath } from "./launcher.ts";
import { createReceipts, type FileReceipt } from "./receipts.ts";
import type { ClientServices } from "./services.ts";
import { clientName, nextStepText, pathText, placeText, problemText, stateText, warningText } from "./texts.ts";

const LOCK_MS = 10_000;

/** Adds our server to another client's configuration, or removes it. Writes only what the user has seen and confirmed. */
export async function setUpClient(services: ClientServices): Promise<void> {
  const { installation, isRemote } = services;
  const machine: Machine = {
    ...{ platform: installation.platform, home: homedir(), env: process.env, exists: existsSync },
  };
  const launcher = launcherPath(installation);
  const readState = (client: Client) => readClientState(client, machine, launcher);
  const title = vscode.l10n.t("Set Up in Another Client");
  const states = Promise.all(clients.map(readState));
  void states.then((all) => restoreLauncher(all, services));
  for (;;) {
    const state = await pickClient(title, states, isRemote);
    if ("error" in state) return showProblem(state.error, state.file, isRemote);
    const action = await pickAction(state);
    if (action === BACK) continue;
    try {
      return await run({ ...services, machine, launcher, readState }, state, action);
    } catch (error) {
      if (error instanceof ConfigError || error instanceof FileError) return showProblem(error, state.file, isRemote);
      throw error instanceof UnsafeFolderError ? new Error(unsafeFolderText(error)) : error;
    }
  }
}

/** Installs the launcher again if it was deleted although clients start it. */
async function restoreLauncher(states: ClientState[], { installation }: ClientServices): Promise<void> {
  const isUsed = states.some((state) => "setup" in state && ["current", "renamed"].includes(state.setup.kind));
  if (isUsed && !existsSync(launcherPath(installation))) await installLauncher(installation).catch(() => {});
}

/** @throws vscode.CancellationError */
async function pickClient(title: string, states: Promise<ClientState[]>, isRemote: boolean): Promise<ClientState> {
  const t = vscode.l10n.t;
  const items = states.then((all) =>
    all.map((state) => ({
      label: clientName(state.client),
      description: stateText(state),
      detail: pathText(state.file),
      value: state,
    })),
  );
  const placeholder = isRemote
    ? t("Select a client (files on the remote host {0})", safeLabel(hostname()))
    : t("Select a client to see the change in its file");
  const picked = await pickOne({ title, account: "none" }, { items, placeholder });
  if (picked === BACK) throw new vscode.CancellationError();
  return picked;
}

async function pickAction(state: ReadableState): Promise<Action | typeof BACK> {
  const t = vscode.l10n.t;
  const [first, ...others] = actionsOf(state);
  if (others.length === 0) return first!;
  const labels: Record<Action, string> = {
    add: t("Add the entry"),
    replace: t("Replace the entry"),
    remove: t("Remove the entry"),
  };
  const details: Record<Action, string> = {
    add: "",
    replace: t("The client then uses the account of VS Code."),
    remove: t("The client then no longer has this server."),
  };
  const items = actionsOf(state).map((value) => ({ label: labels[value], detail: details[value], value }));
  const placeholder = t("An entry with this name starts another command");
  return pickOne({ title: clientName(state.client), account: "none", canGoBack: true }, { items, placeholder });
}

interface Run extends ClientServices {
  machine: Machine;
  launcher: string;
  readState(client: Client): Promise<ClientState>;
}

/** Repeats the question if the file has changed since the user saw the diff. */
async function run(services: Run, first: ReadableState, action: Action): Promise<void> {
  const { installation, isRemote, machine, launcher, diffs } = services;
  const { client, file } = first;
  const receipts = createReceipts(installation.privateFolder);
  let state = first;
  for (let isRepeated = false; ; isRepeated = true) {
    if (!actionsOf(state).includes(action)) {
      const text = isDone(state, action)
        ? vscode.l10n.t("{0} is already set this way; nothing was written.", clientName(client))
        : vscode.l10n.t("{0} has changed; nothing was written.", placeText(file, isRemote));
      void vscode.window.showInformationMessage(text);
      return;
    }
    const receipt = await receipts.read(file);
    const change = planChange(state, action, launcher, { machine, receipt });
    if (!(await confirmChange(state, change, { isRemote, isRepeated, launcher, diffs }))) return;
    if (await writeChange(services, state, change, receipt)) return showResult(state, change);
    const now = await services.readState(client);
    if ("error" in now) throw now.error;
    state = now;
  }
}

async function confirmChange(
  { client, file }: ReadableState,
  { action, before, after }: Change,
  { isRemote, isRepeated, launcher, diffs }: Pick<Run, "isRemote" | "launcher" | "diffs"> & { isRepeated: boolean },
): Promise<boolean> {
  const t = vscode.l10n.t;
  const title = t("{0} (now ↔ after writing)", basename(file));
  const close = await diffs.show({ title, name: basename(file), before: before ?? "", after: after ?? "" });
  try {
    const name = clientName(client);
    const questions: Record<Action, string> = {
      add: t("Add OpenRouter Admin to {0}?", name),
      replace: t("Replace the entry of OpenRouter Admin in {0}?", name),
      remove: t("Remove OpenRouter Admin from {0}?", name),
    };
    const buttons: Record<Action, string> = { add: t("Add"), replace: t("Replace"), remove: t("Remove") };
    // Adding is harmless: the same command removes the entry.
    const safe = action === "add" ? undefined : t("Keep Entry");
    const detail = [
      isRepeated && t("The file has changed in the meantime. Review the new diff."),
      t("File: {0}", placeText(file, isRemote)),
      action !== "remove" && t("Command: {0}", pathText(launcher)),
      before === undefined && t("The file doesn't exist yet. It will be created."),
      after === undefined && t("The file contains nothing else. It will be deleted, since this command created it."),
      action === "replace" && t("This command can't restore the current entry."),
      action !== "remove" &&
        t(
          "The entry contains no key. While VS Code is open, the server uses its account and asks as its settings say.",
        ),
      warningText(client),
    ];
    return await confirm("none", questions[action], buttons[action], detail, safe);
  } finally {
    await close();
  }
}

/** Writes the confirmed change. @returns false if the file is no longer the one that the user saw */
async function writeChange(
  { installation }: Run,
  { file }: ReadableState,
  { action, before, after, receipt }: Change,
  known: FileReceipt | undefined,
): Promise<boolean> {
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === "file" && uri.fsPath === file);
  if (document?.isDirty)
    throw new Error(vscode.l10n.t("{0} has unsaved changes in an editor. Save them, then try again.", pathText(file)));
  if (action !== "remove") await installLauncher(installation);
  const { privateFolder } = installation;
  const locks = join(privateFolder, "clients");
  await makeFolder(locks);
  const release = await takeLock(locks, file, LOCK_MS);
  if (!release) throw new Error(vscode.l10n.t("Another window is changing this file. Try again."));
  const receipts = createReceipts(privateFolder);
  try {
    if ((await readConfig(file)) !== before) return false;
    if (after === undefined) await deleteConfig(file, known?.createdFolders ?? []);
    else {
      // Before the file: without it, the file could not be restored exactly.
      if (receipt)
        await receipts.write(file, before === undefined ? { ...receipt, createdFolders: missing(file) } : receipt);
      await writeConfig(file, after);
    }
    if (receipt === null) await receipts.remove(file);
    return true;
  } catch (error) {
    if (receipt) await receipts.remove(file).catch(() => {});
    throw error;
  } finally {
    await release();
  }
}

/** Returns the folders of the file that don't exist, the outermost first. */
function missing(file: string): string[] {
  const folders: string[] = [];
  for (let folder = dirname(file); !existsSync(folder) && folder !== dirname(folder); folder = dirname(folder))
    folders.unshift(folder);
  return folders;
}

function showResult({ client, file }: ReadableState, { action, after }: Change): void {
  const t = vscode.l10n.t;
  const name = clientName(client);
  const done =
    action === "remove"
      ? t("OpenRouter Admin was removed from {0}.", name)
      : t("OpenRouter Admin is set up in {0}.", name);
  void showWithFile("information", `${done} ${nextStepText(client)}`, after === undefined ? undefined : file);
}

function showProblem(error: ConfigError | FileError, file: string, isRemote: boolean): void {
  const canOpen = error instanceof ConfigError || ["readOnly", "encoding"].includes(error.problem);
  void showWithFile("error", problemText(error, file, isRemote), canOpen ? file : undefined);
}

async function showWithFile(kind: "information" | "error", text: string, file: string | undefined): Promise<void> {
  const open = vscode.l10n.t("Open File");
  const show = kind === "error" ? vscode.window.showErrorMessage : vscode.window.showInformationMessage;
  const chosen = await show(text, ...(file === undefined ? [] : [open]));
  if (chosen === open && file !== undefined) await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(file));
}
