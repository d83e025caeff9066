// Tells apart keys, workspaces and models whose names look the same. Pure.
import { visualForm } from "./fold.ts";
import { oneLine } from "./printable.ts";
import { redact } from "./redact.ts";

export interface Named {
  id: string;
  name: string;
  /** Something short that people know it by besides its name: a key's label, a workspace's slug. */
  mark?: string;
}

/** Short enough for a legend, long enough to find the id in a list. */
const ID_LENGTH = 8;
/** A name with a suffix may look like another's name; more rounds than this only help against names made to collide. */
const MAX_ROUNDS = 4;

/**
 * Returns a name to show for each id. Names that look the same get a suffix, as in `checkout (534...f0b5)`: their marks,
 * or else the starts of their ids, or else numbers.
 */
export function uniqueNames(things: readonly Named[]): Map<string, string> {
  let named = things.map(({ id, name, mark }) => {
    const shownMark = safeName(mark ?? "");
    const visible = [safeName(name), shownMark].find((text) => visualForm(text) !== "");
    return { id, name: visible ?? safeName(id), mark: shownMark };
  });
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const twins = [...Map.groupBy(named, ({ name }) => visualForm(name)).values()].filter((same) => same.length > 1);
    if (twins.length === 0) break;
    const suffixes = new Map(twins.flatMap(suffixesOf));
    named = named.map((one) => {
      const suffix = suffixes.get(one.id);
      return suffix === undefined ? one : { ...one, name: `${one.name} (${suffix})`, mark: "" };
    });
  }
  return new Map(named.map(({ id, name }) => [id, name]));
}

/** Makes a name safe to show: a key's name may contain its secret. */
function safeName(text: string): string {
  return oneLine(text, redact).trim();
}

/** Returns the first kind of suffix that is different for each of the twins. */
function suffixesOf(twins: readonly Required<Named>[]): [id: string, suffix: string][] {
  const kinds = [
    twins.map(({ mark }) => mark),
    twins.map(({ id }) => safeName(id).slice(0, ID_LENGTH)),
    twins.map((_, i) => String(i + 1)),
  ];
  const distinct = (texts: readonly string[]) => new Set(["", ...texts.map(visualForm)]).size > texts.length;
  const chosen = kinds.find(distinct) ?? kinds.at(-1)!;
  return twins.map(({ id }, i) => [id, chosen[i]!]);
}
