// Names short enough for a legend, an axis or a tooltip, and still different. Pure.

/** What tells namesakes apart: a key's label, as in `checkout (534...f0b5)`. */
const SUFFIX = / \([^()]{1,24}\)$/;

/** The longest name in a legend or tooltip. */
export const MAX_NAME = 42;
/** The longest name in the table and in a filter or breadcrumb; their tooltips show it in full. */
export const MAX_TABLE_NAME = 120;

/** Cuts names in their middle to `max` characters. Numbers those that would be the same after that. */
export function shortNames(names: readonly string[], max = MAX_NAME): string[] {
  const cut = names.map((name) => shorten(name, max));
  const same = Map.groupBy(cut, (short) => short);
  const used = new Map<string, number>();
  return cut.map((short, i) => {
    if (same.get(short)!.length === 1) return short;
    const number = (used.get(short) ?? 0) + 1;
    used.set(short, number);
    return shorten(`${names[i]!.replace(SUFFIX, "")} (${number})`, max);
  });
}

function shorten(name: string, max: number): string {
  const letters = [...name];
  if (letters.length <= max) return name;
  const suffix = [...(SUFFIX.exec(name)?.[0] ?? "")];
  const tail = suffix.length > 0 && suffix.length < max - 3 ? suffix.length : Math.floor(max / 3);
  return `${letters.slice(0, max - 1 - tail).join("")}…${letters.slice(letters.length - tail).join("")}`;
}
