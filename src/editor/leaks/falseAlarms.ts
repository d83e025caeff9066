// Leaves out of the found secrets what is no leak. Pure.
import type { LeakPlace } from "../../leaks/model.ts";
import type { MaskedSecret } from "../../openrouter/text/maskedSecret.ts";
import { isManagementLeak } from "./facts.ts";
import type { Leak } from "./leak.ts";

/** Says which secrets are no leaks. */
export interface FalseAlarms {
  /** The folder of a place, whose baseline applies to it. */
  folderOf(place: LeakPlace): string | undefined;
  /** @param place any one of the folder */
  isFalseAlarm(secret: MaskedSecret, place: LeakPlace): boolean;
}

/**
 * Returns a function that leaves out a leak's places that a comment allows, and its false alarms; a management key never is one.
 * Asks once for each secret and folder, since a secret may be in very many places.
 */
export function createFilter({ folderOf, isFalseAlarm }: FalseAlarms): (leak: Leak) => readonly LeakPlace[] {
  const known = new Map<string, boolean>();
  function isLeftOut({ id, secret }: Leak, place: LeakPlace): boolean {
    if (place.isAllowed) return true;
    const key = `${id} ${folderOf(place) ?? ""}`;
    const isAlarm = known.get(key) ?? isFalseAlarm(secret, place);
    known.set(key, isAlarm);
    return isAlarm;
  }
  return (leak) => (isManagementLeak(leak) ? leak.places : leak.places.filter((place) => !isLeftOut(leak, place)));
}
