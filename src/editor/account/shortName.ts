import { safeLabel } from "../platform/safeLabel.ts";

const MAX_SHORT = 24;

/** Shortens a name for the status bar. */
export function shortName(name: string): string {
  const label = safeLabel(name);
  return [...label].length > MAX_SHORT
    ? `${[...label]
        .slice(0, MAX_SHORT - 1)
        .join("")
        .trim()}…`
    : label;
}
