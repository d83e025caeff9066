import { toKeyResponse } from "../../../src/sample/counters.ts";
import type { RecordedRequest, SampleAccount } from "../../../src/sample/index.ts";

export type TrueKey = ReturnType<typeof toKeyResponse>;

/** Returns the account's keys from its state, without an HTTP request, which would be recorded among the editor's. */
export function trueKeys({ state }: SampleAccount): TrueKey[] {
  return [...state.keys.values()].map((key) => toKeyResponse(state, key, Date.now()));
}

/** Returns the key of a name; `workspace` chooses among keys with the same name. */
export function trueKey(account: SampleAccount, name: string, workspace?: string): TrueKey {
  const inWorkspace = account.state.workspaces.find((one) => one.name === workspace)?.id;
  const found = trueKeys(account).filter((key) => key.name === name);
  const key = inWorkspace ? found.find((one) => one.workspace_id === inWorkspace) : found[0];
  if (!key) throw new Error(`The account has no key ${name}`);
  return key;
}

/** Returns how questions name a key: by name, label and workspace. */
export function trueDescription({ state }: SampleAccount, key: TrueKey): string {
  const workspace = state.workspaces.find(({ id }) => id === key.workspace_id)!;
  return `“${key.name}” (${key.label}, workspace “${workspace.name}”)`;
}

type State = "active" | "disabled" | "expired";

export function trueState({ disabled, expires_at }: TrueKey): State {
  if (disabled) return "disabled";
  return expires_at && new Date(expires_at) <= new Date() ? "expired" : "active";
}

/** Formats USD in English: in cents, or with two significant digits below one cent. */
export function usd(amount: number): string {
  const digits = amount !== 0 && amount < 0.01 ? { maximumSignificantDigits: 2 } : {};
  return amount.toLocaleString("en-US", { style: "currency", currency: "USD", ...digits });
}

/** Formats the unrounded amount in English. */
export function exactly(amount: number): string {
  return `${amount.toLocaleString("en-US", { maximumFractionDigits: 10 })} USD`;
}

/** Formats a time in English, local and in UTC. */
export function time(iso: string | null): string {
  if (!iso) return "never";
  const local = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
  return `${local} (${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC)`;
}

/** Returns the name of a key's guardrail, or says that its workspace's default one applies. */
export function trueGuardrail({ state }: SampleAccount, key: TrueKey): string {
  const bound = state.keyAssignments.find(({ target }) => target === key.hash);
  if (bound) return state.guardrails.get(bound.guardrail_id)?.name ?? "none";
  const workspace = state.workspaces.find(({ id }) => id === key.workspace_id);
  return state.guardrails.has(workspace?.default_guardrail_id ?? "") ? "workspace default" : "none";
}

/** Returns when a key was last used, or why that is unknown. */
export function trueLastUse(key: TrueKey): string {
  if (key.last_used_at) return time(key.last_used_at);
  return key.usage + key.byok_usage > 0 ? "not since the end of 2025 (idle)" : "never";
}

export function trueCreator({ state }: SampleAccount, key: TrueKey): string {
  const member = state.members.find(({ id }) => id === key.creator_user_id);
  return [member?.first_name, member?.last_name].filter(Boolean).join(" ") || (member?.email ?? "unknown");
}

const whole = (amount: number) => (amount % 1 === 0 ? `$${amount.toLocaleString("en-US")}` : usd(amount));

/** Returns "$1.20 of $5/month", or this month's spend with BYOK if there is no limit. */
export function trueSpend(key: TrueKey): string {
  if (key.limit === null) return `${usd(key.usage_monthly + key.byok_usage_monthly)} this month`;
  const period = { daily: "/day", weekly: "/week", monthly: "/month", never: "" }[key.limit_reset ?? "never"];
  return `${usd(trueLimitUsage(key))} of ${whole(key.limit)}${period}`;
}

function trueLimitUsage(key: TrueKey): number {
  const [used, byok] = {
    daily: [key.usage_daily, key.byok_usage_daily] as const,
    weekly: [key.usage_weekly, key.byok_usage_weekly] as const,
    monthly: [key.usage_monthly, key.byok_usage_monthly] as const,
    never: [key.usage, key.byok_usage] as const,
  }[key.limit_reset ?? "never"];
  return used + (key.include_byok_in_limit ? byok : 0);
}

/** Returns how much of an active key's limit is spent, in whole percent; undefined without a limit. */
export function truePercent(key: TrueKey): number | undefined {
  if (key.limit === null || trueState(key) !== "active") return undefined;
  const percent = key.limit === 0 ? 100 : (100 * trueLimitUsage(key)) / key.limit;
  return percent < 100 ? Math.min(Math.round(percent), percent < 90 ? 89 : 99) : Math.round(percent);
}

/** Returns the editor's requests from an index of `account.requests` on, as "METHOD /path". */
export function requestsSince(account: SampleAccount, start: number): string[] {
  return account.requests.slice(start).map(({ method, path }) => `${method} ${path}`);
}

/** Returns the last request with a method and path. */
export function lastRequest(account: SampleAccount, method: string, path: string): RecordedRequest {
  const found = account.requests.findLast((request) => request.method === method && request.path === path);
  if (!found) throw new Error(`No request ${method} ${path} was sent`);
  return found;
}
