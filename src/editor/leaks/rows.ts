import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import type { LeakPlace } from "../../leaks/model.ts";
import type { FoundKey } from "../../openrouter/endpoints/foundKey.ts";
import type { Key } from "../../openrouter/index.ts";
import { getKeyCost } from "../../openrouter/keys/keyCost.ts";
import { formatMoment, formatMoney } from "../../openrouter/text/format.ts";
import type { AccountSession } from "../data/accountData.ts";
import { describeKey } from "../data/describeKey.ts";
import { keyName } from "../data/names.ts";
import { commandIds } from "../platform/ids.ts";
import { displayLocale } from "../platform/locale.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { limitText } from "../ui/limitText.ts";
import { type Node, row } from "../ui/node.ts";
import { textTable } from "../ui/textTable.ts";
import { isDead, type LeakFacts } from "./facts.ts";
import type { Leak } from "./leak.ts";
import type { LeakList } from "./leakList.ts";
import { formText, placePath, placeText, whereText } from "./placeText.ts";
import { problemText, skippedTexts } from "./searchedTexts.ts";
import { shownName } from "./shownName.ts";
import type { SpendState } from "./spend.ts";
import { leakDescription, placesText, pushedText, searchedText, spendSinceText, stateSourceText } from "./text.ts";

/** The row of a found secret. The commands of keys take its key and account, if it is certain which key it is. */
export interface LeakNode extends Node {
  readonly leak: Leak;
  readonly key?: Key;
  readonly session?: AccountSession;
}

/** The row of a place. */
export interface PlaceNode extends Node {
  readonly place: LeakPlace;
  readonly leak: Leak;
}

export interface RowContext {
  session: AccountSession | undefined;
  factsOf(leak: Leak): LeakFacts;
  spendOf(leak: Leak): SpendState | undefined;
}

/** The most places of a secret that get a row. */
const MAX_PLACES = 200;

export function leakRow(leak: Leak, context: RowContext): LeakNode {
  const facts = context.factsOf(leak);
  const { match, state, isManagement } = facts;
  const key = match.kind === "one" ? match.key : undefined;
  const label = key ? keyName(key) : leak.secret.label;
  const [icon, iconColor] = isManagement
    ? ["error", "list.errorForeground"]
    : isDead(state)
      ? ["circle-slash", "disabledForeground"]
      : facts.isCommitted
        ? ["warning", "list.warningForeground"]
        : ["key", undefined];
  const description = leakDescription(leak, facts, key && label);
  const node: LeakNode = {
    ...row({
      id: leak.id,
      label,
      description,
      icon,
      iconColor,
      context: [
        "leak",
        isManagement ? "management" : match.kind,
        isDead(state) ? "dead" : "alive",
        key && (key.disabled ? "disabled" : "enabled"),
      ]
        .filter(Boolean)
        .join(" "),
      ariaLabel: [label, key && leak.secret.label, description].filter(Boolean).join(", "),
      tooltip: () => tooltip(leak, facts, context),
      children: () => [...factRows(leak, facts, context, node), ...placeRows(leak, node)],
    }),
    leak,
    key,
    session: key && context.session,
  };
  return node;
}

interface Fact {
  id: string;
  label: string;
  text: string;
  icon: string;
  command?: vscode.Command;
}

function factsToShow(leak: Leak, facts: LeakFacts, { session, spendOf }: RowContext): Fact[] {
  const t = vscode.l10n.t;
  const { match, isManagement } = facts;
  const { answer, managementOf } = leak;
  const key = match.kind === "one" ? match.key : undefined;
  const found = answer?.kind === "accepted" ? answer.key : undefined;
  const limited =
    key ?? (found?.limit !== undefined ? { limit: found.limit, limit_reset: found.limit_reset } : undefined);
  const spend = spendOf(leak);
  const spent = isManagement ? undefined : spend ? spendText(spend) : totalText(key, found);
  return [
    {
      id: "state",
      label: t("State"),
      text: stateSourceText(leak, facts, session?.data.keys.current?.readAt),
      icon: "pulse",
    },
    {
      id: "key",
      label: t("Key"),
      icon: "key",
      text: isManagement
        ? managementOf
          ? t("the management key of the account {0}", safeLabel(managementOf.name))
          : t("a management key that isn't stored in VS Code")
        : matchText(session, leak, facts),
      command: key && {
        command: commandIds.showKey,
        title: t("Show in Keys View"),
        arguments: [{ key, session }],
      },
    },
    ...(limited && !isManagement
      ? [{ id: "limit", label: t("Limit"), text: limitText(limited.limit, limited.limit_reset), icon: "dashboard" }]
      : []),
    ...(spent === undefined ? [] : [{ id: "spend", label: t("Spend"), text: spent, icon: "graph" }]),
    { id: "pushed", label: t("Pushed"), text: pushedText(facts), icon: "cloud-upload" },
  ];
}

/** The spend of a key that was never committed, or of another account's key. */
function totalText(key: Key | undefined, found: FoundKey | undefined): string | undefined {
  const usd = key ? getKeyCost(key, "total") : found?.usage;
  return typeof usd === "number" ? vscode.l10n.t("{0} in total", formatMoney(usd, displayLocale())) : undefined;
}

function spendText(spend: SpendState): string {
  if (spend === "loading") return vscode.l10n.t("loading…");
  return "failure" in spend ? vscode.l10n.t("unknown: {0}", safeLabel(spend.failure)) : spendSinceText(spend);
}

/** Says which of the account's keys it is. */
function matchText(session: AccountSession | undefined, leak: Leak, { match }: LeakFacts): string {
  const t = vscode.l10n.t;
  const partial = t("Not all keys of the account could be read.");
  switch (match.kind) {
    case "one":
      return [
        describeKey(session, match.key),
        isByLabelAlone(leak) && t("Only its label was compared, and other keys may have the same"),
        match.isPartial && partial,
      ]
        .filter(Boolean)
        .join(". ");
    case "several":
      return t("one of {0}", match.keys.map((key) => describeKey(session, key)).join(", "));
    case "none":
      return [
        match.excluded
          ? t(
              "none of the account's: OpenRouter's answer doesn't fit {0}",
              match.excluded.map((key) => describeKey(session, key)).join(", "),
            )
          : leak.answer?.kind === "accepted"
            ? t("another account's key, or one that was made through OAuth: no key of this account has its label")
            : t("no key of this account has its label"),
        match.isPartial && partial,
      ]
        .filter(Boolean)
        .join(". ");
    case "unknown":
      return t("unknown: the account's keys haven't been read");
  }
}

/** True until OpenRouter has said something about the key. */
const isByLabelAlone = ({ answer }: Leak) => !answer || answer.kind === "unknown";

function factRows(leak: Leak, facts: LeakFacts, context: RowContext, parent: Node): Node[] {
  return factsToShow(leak, facts, context).map(({ id, label, text, icon, command }) =>
    row({
      ...{ id: `${leak.id}:${id}`, label, description: text, icon, command, parent },
      tooltip: `${label}: ${text}`,
      context: "leakFact",
    }),
  );
}

function tooltip(leak: Leak, facts: LeakFacts, context: RowContext): vscode.MarkdownString {
  const t = vscode.l10n.t;
  const shown = leak.places.slice(0, 5).map(placeText);
  const more = leak.places.length - shown.length;
  return textTable(leak.secret.label, [
    ...factsToShow(leak, facts, context).map(({ label, text }): [string, string] => [label, text]),
    [t("Found in"), [...shown, more > 0 && t("{0} more", more)].filter(Boolean).join(", ")],
  ]);
}

function placeRows(leak: Leak, parent: Node): Node[] {
  const shown = leak.places.slice(0, MAX_PLACES);
  const rest = leak.places.length - shown.length;
  const rows: Node[] = shown.map((place, i) => placeRow(leak, place, i, parent));
  if (rest > 0)
    rows.push(
      row({ id: `${leak.id}:more`, label: vscode.l10n.t("{0} more", placesText(rest)), icon: "ellipsis", parent }),
    );
  return rows;
}

const icons: Record<LeakPlace["kind"], string> = {
  file: "file",
  name: "tag",
  unsaved: "edit",
  staged: "diff-added",
  commit: "git-commit",
  blob: "database",
};

const messageText = ({ inHeader, line }: { inHeader?: boolean; line: number }) =>
  inHeader ? vscode.l10n.t("Commit header, line {0}", line) : vscode.l10n.t("Commit message, line {0}", line);

function placeRow(leak: Leak, place: LeakPlace, index: number, parent: Node): PlaceNode {
  const t = vscode.l10n.t;
  const path = placePath(place);
  const isMessage = place.kind === "commit" && place.inMessage;
  const folder = isMessage || dirname(path) === "." ? undefined : dirname(path);
  const node: PlaceNode = {
    ...row({
      id: `${leak.id}:place:${index}`,
      label: isMessage
        ? messageText(place)
        : place.kind === "name"
          ? basename(path)
          : `${basename(path)}:${place.line}`,
      description: [whereText(place), folder, formText(place)].filter(Boolean).join(" · "),
      icon: place.kind === "commit" && place.from === "stash" ? "archive" : icons[place.kind],
      parent,
      context: `leakPlace ${place.kind}`,
      tooltip: () => placeTooltip(place),
      command: {
        command: commandIds.openLeak,
        title: t("Open"),
        get arguments() {
          return [node];
        },
      },
    }),
    leak,
    place,
  };
  return node;
}

function placeTooltip(place: LeakPlace): vscode.MarkdownString {
  const t = vscode.l10n.t;
  const lines: [string, string][] = [[t("Place"), `${placePath(place)}:${place.line}`]];
  const form = formText(place);
  if (form) lines.push([t("Written"), form]);
  if (place.kind === "commit")
    lines.push(
      [t("Commit"), place.commit],
      [t("Author"), shownName(place.author)],
      [t("Date"), formatMoment(place.date, displayLocale())],
      [t("Pushed"), pushedText({ isCommitted: true, ...place })],
    );
  return textTable(placeText(place), lines);
}

/** The last row: what was searched, what was skipped, and that nothing of it is kept. */
export function summaryRow(search: NonNullable<LeakList["current"]>): Node {
  const t = vscode.l10n.t;
  const details = [...skippedTexts(search), ...search.problems.map(problemText)];
  const texts = [
    ...(search.falseAlarms > 0
      ? [t("Not shown, since a comment or a baseline file says that they are no leaks: {0}", search.falseAlarms)]
      : []),
    ...details,
    t("The results are only in memory: closing the window forgets them."),
  ];
  const node: Node = row({
    id: "leaks:summary",
    label: search.isComplete ? t("Searched") : t("Search cancelled"),
    description: searchedText(search),
    icon: search.isComplete ? (details.length > 0 ? "info" : "pass") : "warning",
    context: "leakSummary",
    tooltip: texts.join("\n"),
    children: () =>
      texts.map((text, i) => row({ id: `leaks:summary:${i}`, label: text, icon: "info", parent: node, tooltip: text })),
  });
  return node;
}
