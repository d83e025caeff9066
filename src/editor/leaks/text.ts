import * as vscode from "vscode";
import type { SpendSince } from "../../openrouter/spend/spendSince.ts";
import { formatCount, formatMoney, formatTime, formatUtcDay } from "../../openrouter/text/format.ts";
import { displayLocale } from "../platform/locale.ts";
import { isDead, type LeakFacts, type LeakState } from "./facts.ts";
import type { Leak } from "./leak.ts";
import type { LeakSearch } from "./leakList.ts";

const count = (value: number) => formatCount(value, displayLocale());

/** Whether requests with the secret work, in one word or two. */
export function stateText(state: LeakState): string {
  const t = vscode.l10n.t;
  const texts: Record<LeakState, string> = {
    active: t("active"),
    disabled: t("disabled"),
    expired: t("expired"),
    accepted: t("works"),
    rejected: t("doesn't work"),
    unknown: t("state unknown"),
  };
  return texts[state];
}

/** The state, and where it is known from. */
export function stateSourceText({ answer }: Leak, { state, match }: LeakFacts, readAt: Date | undefined): string {
  const t = vscode.l10n.t;
  const time = (at: Date) => formatTime(at, displayLocale());
  if (state === "accepted" && answer) return t("works: OpenRouter accepted it at {0}", time(answer.at));
  if (state === "rejected" && answer)
    return t("doesn't work: OpenRouter rejected it at {0} (disabled, expired or deleted)", time(answer.at));
  if (match.kind === "one" && readAt) return t("{0}, by the list of keys of {1}", stateText(state), time(readAt));
  if (answer?.kind === "unknown") return t("unknown: OpenRouter gave no answer about it");
  return t("unknown: OpenRouter has not been asked");
}

export function pushedText({ isCommitted, isPushed }: Pick<LeakFacts, "isCommitted" | "isPushed">): string {
  const t = vscode.l10n.t;
  if (!isCommitted) return t("no: it is in no commit");
  if (isPushed === undefined) return t("unknown");
  return isPushed ? t("yes: whoever can read the repository has it") : t("no commit with it is in a remote's branch");
}

export function placesText(places: number): string {
  return places === 1 ? vscode.l10n.t("1 place") : vscode.l10n.t("{0} places", count(places));
}

/** The spend since the first commit, with its source. */
export function spendSinceText({ usd, from, isPart, source }: SpendSince): string {
  const t = vscode.l10n.t;
  const [money, day] = [formatMoney(usd, displayLocale()), formatUtcDay(from, displayLocale())];
  const sources = { total: t("the key's own counter"), analytics: t("analytics"), activity: t("activity") };
  return isPart
    ? t("at least {0} since {1} UTC, from {2}, which goes back no further", money, day, sources[source])
    : t("{0} since {1} UTC, from {2}", money, day, sources[source]);
}

/** What was searched: `1,204 files, 312 commits`. */
export function searchedText({ searched, withHistory }: LeakSearch): string {
  const t = vscode.l10n.t;
  const files = searched.files === 1 ? t("1 file") : t("{0} files", count(searched.files));
  if (!withHistory) return files;
  const commits = searched.commits === 1 ? t("1 commit") : t("{0} commits", count(searched.commits));
  return t("{0}, {1}", files, commits);
}

/** Sums up what was found, for a notification. */
export function resultText(search: LeakSearch, leaks: number, places: number): string {
  const t = vscode.l10n.t;
  const searched = searchedText(search);
  const found =
    leaks === 0
      ? t("No OpenRouter keys found in {0}.", searched)
      : leaks === 1
        ? t("1 OpenRouter key found in {0} ({1} searched).", placesText(places), searched)
        : t("{0} OpenRouter keys found in {1} ({2} searched).", count(leaks), placesText(places), searched);
  return search.isComplete ? found : `${found} ${t("The search was cancelled, so there may be more.")}`;
}

/** The description of a leak's row, the most important part first. */
export function leakDescription({ secret, places }: Leak, facts: LeakFacts, name: string | undefined): string {
  const t = vscode.l10n.t;
  const { match, state, isManagement, isPushed, isCommitted } = facts;
  return [
    isManagement && t("management key"),
    stateText(isManagement && state === "unknown" ? "active" : state),
    isPushed ? t("pushed") : !isCommitted && t("not committed"),
    placesText(places.length),
    name && secret.label.replace(/^sk-or-v1-/, ""),
    !isManagement && match.kind === "several" && t("{0} keys have this label", count(match.keys.length)),
    !isManagement && match.kind === "none" && !isDead(state) && t("not a key of this account"),
  ]
    .filter(Boolean)
    .join(" · ");
}
