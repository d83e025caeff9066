// Where the figures come from and what is missing of them, in words.
import { t } from "@vscode/l10n";
import type { SpendNote, SpendSource, SpendTable } from "../openrouter/spend/model.ts";
import { formatCount, formatTime } from "../openrouter/text/format.ts";
import { fill, h } from "./dom.ts";
import { bucketName } from "./labels.ts";

/** A line a source and a line a note. */
export function drawSources(list: HTMLElement, table: SpendTable, locale: string): void {
  fill(
    list,
    ...table.sources.map((source) => h("li", {}, sourceText(source, locale))),
    ...table.notes.map((note) => h("li", { class: "note" }, noteText(note, locale))),
  );
}

function sourceText({ source, from, to, readAt }: SpendSource, locale: string): string {
  const name = {
    activity: t("OpenRouter's activity"),
    analytics: t("OpenRouter's analytics"),
    counters: t("the keys' daily counters"),
  }[source];
  const [first, last] = [from, to].map((bucket) => bucketName(bucket.slice(0, 10), locale, "long"));
  const span = first === last ? first! : t("{0} to {1}", first!, last!);
  return t("{0} (UTC): {1}, read at {2}", span, name, formatTime(new Date(readAt), locale));
}

export function noteText(note: SpendNote, locale: string): string {
  switch (note.kind) {
    case "analyticsUnavailable":
      return t("The analytics did not answer ({0}): what only they know is a gap.", note.cause);
    case "activityUnavailable":
      return t("The activity did not answer ({0}).", note.cause);
    case "counters":
      return t("Today comes from the keys' counters: no models, requests or tokens, and nothing of deleted keys.");
    case "keysAsked":
      return t(
        "{0} of {1} keys were asked, those that spent most; the others are in “Unattributed”.",
        formatCount(note.asked, locale),
        formatCount(note.of, locale),
      );
    case "keysFailed":
      return t(
        "{0} keys were not answered for ({1}); they are in “Unattributed”.",
        formatCount(note.failed, locale),
        note.cause,
      );
    case "rowsUnreadable":
      return t(
        "{0} of {1} rows could not be read and are in no figure ({2}).",
        formatCount(note.count, locale),
        formatCount(note.of, locale),
        note.field,
      );
    case "truncated":
      return t("OpenRouter cut its answer: figures may be too low.");
    case "workspacesUnavailable":
      return t("This key cannot list workspaces: analytics are not told apart by them.");
    case "namesUnavailable":
      return t(
        "The catalog did not answer ({0}): some models stand under the names that the analytics give them.",
        note.cause,
      );
    case "warning":
      return t("OpenRouter says: {0}", note.text);
  }
}
