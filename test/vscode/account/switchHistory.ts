// Judges what was shown while accounts were switched. Pure, so that its own tests don't need an editor.
import type { Shot, Surfaces } from "./surfaces.ts";

/** What each surface shows of an account when all its data is loaded. */
export type Portraits<Name extends string> = Record<Name, Surfaces>;

export interface Switch<Name extends string> {
  /** When the command started and ended, in ms since the epoch. */
  at: number;
  endedAt: number;
  to: Name;
}

/** Returns the accounts whose surface contains all these texts. */
function ownersOf<Name extends string>(surface: string, texts: string[], portraits: Portraits<Name>): Name[] {
  const names = Object.keys(portraits) as Name[];
  return names.filter((name) => texts.every((text) => portraits[name][surface]?.some((one) => isPart(text, one))));
}

/** True for the same text, or for a row whose description grows as more data arrives: none, a guardrail, "guardrail · mail". */
const isPart = (text: string, whole: string): boolean =>
  whole === text || whole.startsWith(text.endsWith(" | ") ? text : `${text} · `);

/**
 * Returns what crossed: a surface that mixes two accounts, or one that shows an account that was no longer, or not yet, in
 * use. Each surface may follow a switch late, but never return to an earlier account.
 * @param isExtra true for rows that writes of the test have added
 */
export function findCrossings<Name extends string>(
  shots: readonly Shot[],
  switches: readonly Switch<Name>[],
  portraits: Portraits<Name>,
  isExtra: (text: string) => boolean = () => false,
): string[] {
  const crossings = new Set<string>();
  /** The index of the switch that each surface shows at the earliest. */
  const shown = new Map<string, number>();
  for (const { at, surfaces } of shots) {
    for (const [surface, all] of Object.entries(surfaces)) {
      const texts = all.filter((text) => !isExtra(text));
      if (texts.length === 0) continue;
      const owners = ownersOf(surface, texts, portraits);
      if (owners.length === 0) {
        crossings.add(`${surface} mixes accounts: ${describe(surface, texts, portraits)}`);
        continue;
      }
      // Texts that all accounts have say nothing.
      if (owners.length === Object.keys(portraits).length) continue;
      const from = shown.get(surface) ?? 0;
      const next = switches.findIndex((one, i) => i >= from && one.at <= at && owners.includes(one.to));
      if (next < 0) {
        const last = switches.findLast((one) => one.at <= at);
        const late = at - (last?.at ?? at);
        crossings.add(
          `${surface} shows ${owners.join(" or ")} ${late} ms after the switch to ${last?.to}: ${texts[0]}`,
        );
      } else shown.set(surface, next);
    }
  }
  return [...crossings];
}

function describe<Name extends string>(surface: string, texts: string[], portraits: Portraits<Name>): string {
  return texts
    .map((text) => `${ownersOf(surface, [text], portraits).join("/") || "nobody"}: ${text}`)
    .filter((text, i, all) => all.indexOf(text) === i)
    .slice(0, 12)
    .join("; ");
}

/**
 * Returns why the surfaces don't show exactly one account; empty if they do. A surface may leave out rows that are out of
 * view, but not all.
 */
export function differencesFrom(
  portrait: Surfaces,
  now: Surfaces,
  isExtra: (text: string) => boolean = () => false,
): string[] {
  return Object.keys(portrait).flatMap((surface) => {
    const shown = (now[surface] ?? []).filter((text) => !isExtra(text));
    const more = shown.filter((text) => !portrait[surface]!.includes(text));
    if (more.length > 0) return [`${surface} shows ${more.slice(0, 3).join(", ")}`];
    return shown.length > 0 ? [] : [`${surface} shows nothing of the account`];
  });
}
