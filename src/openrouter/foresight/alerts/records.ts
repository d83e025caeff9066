// Remembers which alerts an account's user has seen, snoozed or turned off. Pure.
import type { Alert } from "./model.ts";

/** What happened to an alert, in the last period in which it was shown. */
export interface AlertRecord {
  period: string;
  /** When the period ends, ISO; undefined if no date ends it. */
  ends?: string;
  /** What the alert is about, as it was shown. */
  title: string;
  /** Snoozed: shown again in the same period from this time on, ISO. */
  again?: string;
  /** Not shown again until the user wants it. */
  muted?: boolean;
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
  const due = justified.filter((alert) => isDue(before.alerts[alert.id], alert, now));
  const claimed = due.map(({ id, period, ends }, i) => [id, { period, ends, title: title(due[i]!) }] as const);
  return { due, after: { ...before, alerts: { ...withoutEnded(before.alerts, now), ...Object.fromEntries(claimed) } } };
}

function isDue(record: AlertRecord | undefined, { period }: Alert, now: Date): boolean {
  if (!record) return true;
  if (record.muted) return false;
  return record.period !== period || (record.again !== undefined && Date.parse(record.again) <= now.getTime());
}

/** Drops the records of periods that have ended: they no longer hold anything back. */
function withoutEnded(alerts: AccountAlerts["alerts"], now: Date): AccountAlerts["alerts"] {
  const kept = Object.entries(alerts).filter(
    ([, { ends, muted }]) => muted || ends === undefined || Date.parse(ends) > now.getTime(),
  );
  return Object.fromEntries(kept);
}

/** Changes the records of alerts that were shown. */
export function changeAlerts(
  before: AccountAlerts,
  ids: readonly string[],
  change: Pick<AlertRecord, "again" | "muted">,
): AccountAlerts {
  const changed = ids.flatMap((id) => {
    const record = before.alerts[id];
    return record ? [[id, { ...record, ...change }] as const] : [];
  });
  return { ...before, alerts: { ...before.alerts, ...Object.fromEntries(changed) } };
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
  return Object.values<Partial<AlertRecord> | null>(alerts).every(
    (one) => typeof one?.period === "string" && typeof one.title === "string",
  );
}
