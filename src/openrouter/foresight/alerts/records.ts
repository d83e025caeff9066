// Remembers which alerts an account's user has seen, snoozed or turned off. Pure.
import { HOUR_MS } from "../../time.ts";
import type { Alert } from "./model.ts";

/** Windows whose figures differ in age may be in different periods of an alert for a while. */
const MAX_PERIODS = 5;

/** A period in which an alert was shown. */
interface ShownPeriod {
  period: string;
  /** When the period ends, ISO; undefined if no date ends it. */
  ends?: string;
  /** Snoozed: shown again in the same period from this time on, ISO. */
  again?: string;
}

/** What happened to an alert, in the last period in which it was shown. */
export interface AlertRecord extends ShownPeriod {
  /** Other periods in which it was shown, the last one first. */
  seen?: readonly ShownPeriod[];
  /** What the alert is about, as it was shown. */
  title: string;
  /** Not shown again until the user wants it. */
  muted?: boolean;
}

/** An alert that was shown, with its title. */
export interface ShownAlert extends Pick<AlertRecord, "period" | "title"> {
  id: string;
  ends: string | undefined;
}

/** The records of one account, shared by all windows. */
export interface AccountAlerts {
  version: 1;
  /** When a window last read the figures for alerts only, ISO, and what for. */
  reading?: { at: string; wanted: string };
  /** By the alert's id. */
  alerts: Readonly<Record<string, AlertRecord>>;
}

export const noAlerts: AccountAlerts = { version: 1, alerts: {} };

/**
 * Returns the alerts that are to be shown, and the records in which they were: an alert that is claimed by one window isn't
 * shown by another.
 * @param title names what an alert is about
 */
export function claimAlerts(
  before: AccountAlerts,
  justified: readonly Alert[],
  title: (alert: Alert) => string,
  now: Date,
): { due: Alert[]; after: AccountAlerts } {
  const kept = withoutEnded(before.alerts, now);
  // Figures that another window read may be of a period that has ended since.
  const due = justified.filter((alert) => !hasEnded(alert, now) && isDue(kept[alert.id], alert, now));
  const claimed = due.map(
    (alert) => [alert.id, withPeriod(ending(kept[alert.id], now), { ...alert, title: title(alert) })] as const,
  );
  return { due, after: { ...before, alerts: { ...kept, ...Object.fromEntries(claimed) } } };
}

function isDue(record: AlertRecord | undefined, { period }: Alert, now: Date): boolean {
  if (!record) return true;
  if (record.muted) return false;
  const shown = periodsOf(record).find((one) => one.period === period);
  return !shown || (shown.again !== undefined && Date.parse(shown.again) <= now.getTime());
}

const hasEnded = ({ ends }: { ends?: string | undefined }, now: Date) =>
  ends !== undefined && Date.parse(ends) <= now.getTime();

const periodsOf = ({ period, ends, again, seen = [] }: AlertRecord): ShownPeriod[] => [
  { period, ends, again },
  ...seen,
];

/**
 * Lets periods without an end be forgotten after some hours: another window may judge older figures for so long, and after that
 * the same amount is news again. A snooze is kept.
 */
function ending(record: AlertRecord | undefined, now: Date): AlertRecord | undefined {
  const soon = new Date(now.getTime() + 2 * HOUR_MS).toISOString();
  const withEnd = <T extends ShownPeriod>(one: T): T => ({
    ...one,
    ends: one.ends ?? (one.again !== undefined && one.again > soon ? one.again : soon),
  });
  return record && { ...withEnd(record), ...(record.seen && { seen: record.seen.map(withEnd) }) };
}

/** Puts the alert's period first; the others keep what is known of them. */
function withPeriod(
  record: AlertRecord | undefined,
  { period, ends, title }: ShownAlert,
  change: Pick<AlertRecord, "again" | "muted"> = {},
): AlertRecord {
  const others = record ? periodsOf(record).filter((one) => one.period !== period) : [];
  const seen = others.slice(0, MAX_PERIODS - 1);
  return { period, ends, title, ...(seen.length > 0 && { seen }), ...(record?.muted && { muted: true }), ...change };
}

/** Drops periods that have ended, and records without others: they no longer hold anything back. */
function withoutEnded(alerts: AccountAlerts["alerts"], now: Date): AccountAlerts["alerts"] {
  const kept = Object.entries(alerts).flatMap(([id, record]) => {
    if (record.muted) return [[id, record] as const];
    const [last, ...seen] = periodsOf(record).filter((one) => !hasEnded(one, now));
    return last ? [[id, { ...last, title: record.title, ...(seen.length > 0 && { seen }) }] as const] : [];
  });
  return Object.fromEntries(kept);
}

/** Changes the records of alerts that were shown. A record may have been dropped while its alert was still on the screen. */
export function changeAlerts(
  before: AccountAlerts,
  shown: readonly ShownAlert[],
  change: Pick<AlertRecord, "again" | "muted">,
): AccountAlerts {
  const changed = shown.map((alert) => [alert.id, withPeriod(before.alerts[alert.id], alert, change)] as const);
  return { ...before, alerts: { ...before.alerts, ...Object.fromEntries(changed) } };
}

/** Until when the alert is snoozed, ISO; undefined if it isn't. */
export function snoozedUntil(record: AlertRecord, now: Date): string | undefined {
  const times = periodsOf(record).flatMap(({ again }) => again ?? []);
  return times
    .filter((again) => Date.parse(again) > now.getTime())
    .toSorted()
    .at(-1);
}

/** Forgets alerts, so that they are shown again as soon as the figures justify them. */
export function forgetAlerts(before: AccountAlerts, ids: readonly string[]): AccountAlerts {
  const kept = Object.entries(before.alerts).filter(([id]) => !ids.includes(id));
  return { ...before, alerts: Object.fromEntries(kept) };
}

/**
 * Lets one window read the figures; undefined if another one did so less than `intervalMs` ago.
 * @param wanted what the figures are for: another setting needs others
 */
export function claimReading(
  before: AccountAlerts,
  wanted: string,
  now: Date,
  intervalMs: number,
): AccountAlerts | undefined {
  const { at, wanted: last } = before.reading ?? {};
  const ago = now.getTime() - Date.parse(at ?? "");
  // A time in the future is of a clock that was set back.
  if (last === wanted && ago >= 0 && ago < intervalMs) return undefined;
  return { ...before, reading: { at: now.toISOString(), wanted } };
}

/** True for records that this version can read. */
export function isAccountAlerts(value: unknown): value is AccountAlerts {
  const { version, alerts } = (value ?? {}) as Partial<AccountAlerts>;
  if (version !== 1 || typeof alerts !== "object" || alerts === null) return false;
  const isPeriod = (one: Partial<ShownPeriod> | null | undefined) => typeof one?.period === "string";
  return Object.values<Partial<AlertRecord> | null>(alerts).every((one) => {
    const { title, seen = [] } = one ?? {};
    return isPeriod(one) && typeof title === "string" && Array.isArray(seen) && seen.every(isPeriod);
  });
}
