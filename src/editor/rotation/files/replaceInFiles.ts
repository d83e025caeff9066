import * as vscode from "vscode";
import type { KeyRef } from "../../../openrouter/rotation/record.ts";
import { redact, shortLabel } from "../../../openrouter/text/redact.ts";
import { askModal } from "../../platform/dialogs.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { rotationFilesGlob } from "../../platform/settings.ts";
import type { DeliveryMethod } from "../../secrets/handOver.ts";
import { pickMany } from "../../ui/pick.ts";
import { runWithProgress } from "../../ui/progress.ts";
import { BACK } from "../../ui/wizard.ts";
import { type KeyOccurrence, type SearchResult, searchFiles } from "./fileSearch.ts";
import { keyPattern } from "./keyPattern.ts";
import { replaceOccurrences } from "./replaceOccurrences.ts";

/** The old key, whose secret nobody has: it is found by what its label shows of it. */
interface Replaced {
  old: Pick<KeyRef, "name" | "label">;
}

/** Puts the new secret where the workspace's files hold the old key. */
export function replaceInFiles(record: Replaced): DeliveryMethod {
  const t = vscode.l10n.t;
  return {
    kind: "replaced",
    icon: "replace-all",
    label: t("Replace in Files"),
    detail: t("Where the workspace's .env and similar files hold the old key ({0})", shortLabel(record.old.label)),
    deliver: (secret) => replace(record, secret),
  };
}

/** @returns true once the person says that the files have it; otherwise another way is offered */
async function replace(record: Replaced, secret: string): Promise<boolean> {
  const t = vscode.l10n.t;
  const label = shortLabel(record.old.label);
  const pattern = keyPattern(record.old.label);
  if (!vscode.workspace.workspaceFolders?.length) return tell(t("No folder is open in this window."));
  if (!pattern) return tell(t("The label of the old key ({0}) shows too little of it to find it in files.", label));
  const search = await orUndefined(
    runWithProgress(t("Searching for the old key {0}", label), (signal) =>
      searchFiles(rotationFilesGlob(), pattern, signal),
    ),
  );
  if (!search) return false;
  if (search.places.length === 0)
    return tell(
      [t("No file holds the old key ({0}).", label), searchedText(), skippedText(search)].filter(Boolean).join(" "),
    );
  const places = await orUndefined(choose(record, search));
  if (!places || places.length === 0) return false;
  const outcome = await replaceOccurrences(places, pattern, secret);
  const said = t("Replaced in {0} ({1}).", placesText(outcome.replaced), filesText(outcome.files));
  if (outcome.failed.length > 0)
    return tell(
      [outcome.replaced > 0 && said, t("Could not be changed and saved: {0}.", names(outcome.failed))]
        .filter(Boolean)
        .join(" "),
    );
  return acknowledged(said, search.places.length - places.length);
}

async function choose(record: Replaced, search: SearchResult): Promise<KeyOccurrence[]> {
  const t = vscode.l10n.t;
  const items = search.places.map((place) => ({
    label: `${name(place.uri)}:${place.line}`,
    description: `${before(place)}${record.old.label}`,
    detail: place.dirty ? t("Has changes that are not saved; they are saved, too") : undefined,
    value: place,
  }));
  const placeholder = [t("Replace the old key in the checked places"), skippedText(search)].filter(Boolean).join(". ");
  const title = t("The old key of {0}: {1}", safeLabel(record.old.name), placesText(search.places.length));
  const chosen = await pickMany({ title, canGoBack: true }, { items, placeholder, checked: () => true });
  return chosen === BACK ? [] : chosen;
}

async function acknowledged(said: string, left: number): Promise<boolean> {
  const t = vscode.l10n.t;
  const done = t("Done");
  const detail = [
    left > 0 && t("Left as they are: {0} with the old key.", placesText(left)),
    t("Restart what reads them. VS Code forgets the secret now; Cancel offers the other ways."),
  ];
  return (await askModal(said, { detail, buttons: [done], severity: "information" })) === done;
}

/** Said beside the choice, which comes again. */
function tell(text: string): false {
  void vscode.window.showWarningMessage(safeLabel(text));
  return false;
}

function searchedText(): string {
  return vscode.l10n.t("Searched: {0}.", rotationFilesGlob());
}

function skippedText({ skipped }: SearchResult): string {
  return skipped.length > 0 ? vscode.l10n.t("Not searched, over 1 MB or not readable: {0}.", names(skipped)) : "";
}

function names(uris: vscode.Uri[]): string {
  const first = uris.slice(0, 3).map(name).join(", ");
  return uris.length > 3 ? vscode.l10n.t("{0} and {1} more", first, uris.length - 3) : first;
}

function placesText(places: number): string {
  return places === 1 ? vscode.l10n.t("1 place") : vscode.l10n.t("{0} places", places);
}

function filesText(files: number): string {
  return files === 1 ? vscode.l10n.t("1 file") : vscode.l10n.t("{0} files", files);
}

const name = (uri: vscode.Uri) => safeLabel(vscode.workspace.asRelativePath(uri));

/** The end of what stands before the key: a variable's name, mostly. */
function before(place: KeyOccurrence): string {
  const text = redact(place.before).trimStart();
  return safeLabel(text.length > 40 ? `…${text.slice(-39)}` : text);
}

async function orUndefined<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof vscode.CancellationError) return undefined;
    throw error;
  }
}
