import type { Refreshable, RefreshablePart } from "../platform/wing.ts";

interface Timing {
  /** In milliseconds; undefined if the timer is off. */
  interval: number | undefined;
  /** Whether the window has the focus. */
  focused: boolean;
}

/** Returns what the timer reloads now, each part once: visible data that is older than the interval, while the window has the focus. */
export function dueParts(views: readonly Refreshable[], { interval, focused }: Timing): RefreshablePart[] {
  if (interval === undefined || !focused) return [];
  const shown = views.filter((view) => view.isVisible());
  return [...new Set(shown.flatMap((view) => view.timedParts()))].filter((part) => part.isDue(interval));
}
