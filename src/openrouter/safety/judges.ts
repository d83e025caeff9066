// The rules: what each one says of a key. Pure; USD and UTC.
import { getKeyCost } from "../keys/keyCost.ts";
import { getKeyStatus, getLastUse, isExpired } from "../keys/keyStatus.ts";
import { getLimitShare } from "../keys/limitShare.ts";
import type { Key } from "../schemas.ts";
import { dropFloatNoise } from "../text/figures.ts";
import { visualForm } from "../text/fold.ts";
import { DAY_MS } from "../time.ts";
import { compileNamePattern } from "./namePattern.ts";
import type { RuleId, RuleSettings } from "./policy.ts";

/** The figure that a rule judged. Which ones a rule gives is part of its description in `policy.ts`. */
export interface Figure {
  /** The limit, or what a key without a limit spent this month. */
  usd?: number;
  /** Whole days; for an idle key since its last use. */
  days?: number;
  /** True if the days may be more: uses before 2026 are not recorded. */
  isAtLeast?: true;
  /** The spent part of the limit; 100 or more if it is reached. */
  percent?: number;
  /** The number of keys with the same name. */
  keys?: number;
  /** When it began or happened, ISO: the last use, the expiry, the last change, the start of the rotation. */
  at?: string;
}

/** What a rule says of one key: a figure if it applies, undefined if not, "unknown" if it can't be told. */
export type Judgement = Figure | undefined | "unknown";
export type Judge = (key: Key) => Judgement;

export interface JudgeInputs {
  keys: readonly Key[];
  /** True if a guardrail besides the workspace's default one binds the key; undefined if that isn't known. */
  hasGuardrail(key: Key): boolean | undefined;
  /** When the oldest unfinished rotation of the key was begun, ISO; "unknown" if the rotations aren't known. */
  rotationBegunAt(hash: string): string | undefined | "unknown";
  /** When the keys were read. */
  readAt: Date;
  now: Date;
}

/** OpenRouter records uses since then; a key without a recorded use has been idle at least since. */
const RECORDED_SINCE = "2026-01-01T00:00:00Z";

export function createJudges(
  { keys, hasGuardrail, rotationBegunAt, readAt, now }: JudgeInputs,
  rules: Readonly<Record<RuleId, RuleSettings>>,
): Record<RuleId, Judge> {
  const daysSince = (iso: string | null | undefined): number =>
    Math.floor((now.getTime() - Date.parse(iso ?? "")) / DAY_MS);
  const isOlder = (
    at: string | null | undefined,
    rule: RuleId,
  ): Exclude<Judgement, Figure> | { days: number; at: string } => {
    const days = daysSince(at);
    if (!at || Number.isNaN(days)) return "unknown";
    return days >= rules[rule].days ? { days, at } : undefined;
  };
  /** Only an active key can spend or be found out. */
  const ifActive =
    (judge: Judge): Judge =>
    (key) =>
      getKeyStatus(key, now) === "active" ? judge(key) : undefined;
  /** Percent of the limit that is spent. */
  const spentPercent = (key: Key): number | undefined | "unknown" => {
    if (key.limit === null) return undefined;
    const share = getLimitShare(key, readAt, now)?.share;
    return share === undefined ? "unknown" : dropFloatNoise(100 * share);
  };
  const nameOf = ({ workspace_id, name }: Key) => `${workspace_id}\n${visualForm(name)}`;
  const twins = countBy(keys, nameOf);
  const { pattern } = rules["name-pattern"];
  const matches = pattern === undefined ? undefined : compileNamePattern(pattern);

  return {
    "no-limit": ifActive((key) => (key.limit === null ? { usd: getKeyCost(key, "month") } : undefined)),
    "limit-above": ifActive(({ limit }) =>
      limit !== null && limit > rules["limit-above"].usd ? { usd: limit } : undefined,
    ),
    "never-expires": ifActive(({ expires_at }) => (expires_at ? undefined : {})),
    "lifetime-above": ifActive(({ created_at, expires_at }) => {
      if (!expires_at) return undefined;
      const days = (Date.parse(expires_at) - Date.parse(created_at)) / DAY_MS;
      if (Number.isNaN(days)) return "unknown";
      return days > rules["lifetime-above"].days ? { days: Math.ceil(days), at: expires_at } : undefined;
    }),
    idle: ifActive((key) => {
      const use = getLastUse(key);
      if (use.kind === "used") return isOlder(use.at, "idle");
      if (use.kind !== "idle") return use.kind === "never" ? undefined : "unknown";
      const idle = isOlder(idleSince(key), "idle");
      return typeof idle === "object" ? { days: idle.days, isAtLeast: true } : idle;
    }),
    // If the API doesn't say when a key was used, the rule for idle keys reports that.
    "never-used": ifActive((key) =>
      getLastUse(key).kind === "never" ? isOlder(key.created_at, "never-used") : undefined,
    ),
    expired: (key) => (isExpired(key, now) ? isOlder(key.expires_at, "expired") : undefined),
    disabled: ({ disabled, updated_at, created_at }) =>
      disabled ? isOlder(updated_at ?? created_at, "disabled") : undefined,
    "near-limit": ifActive((key) => {
      const percent = spentPercent(key);
      if (percent === "unknown") return "unknown";
      return percent !== undefined && percent >= rules["near-limit"].percent && percent < 100 ? { percent } : undefined;
    }),
    "limit-reached": ifActive((key) => {
      const percent = spentPercent(key);
      if (percent === "unknown") return "unknown";
      return percent !== undefined && percent >= 100 ? { percent } : undefined;
    }),
    "no-guardrail": ifActive((key) => {
      const has = hasGuardrail(key);
      return has === undefined ? "unknown" : has ? undefined : {};
    }),
    "name-pattern": ({ name }) => {
      const isMatch = matches ? matches(name) : true;
      return isMatch === undefined ? "unknown" : isMatch ? undefined : {};
    },
    "same-name": (key) => {
      const count = twins.get(nameOf(key))!;
      return count > 1 ? { keys: count } : undefined;
    },
    "unfinished-rotation": ({ hash }) => {
      const begun = rotationBegunAt(hash);
      if (begun === undefined || begun === "unknown") return begun;
      return isOlder(begun, "unfinished-rotation");
    },
  };
}

/** Returns since when a key without a recorded use has certainly been idle. */
function idleSince({ created_at }: Key): string {
  return Date.parse(created_at) > Date.parse(RECORDED_SINCE) ? created_at : RECORDED_SINCE;
}

function countBy<T>(items: readonly T[], by: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(by(item), (counts.get(by(item)) ?? 0) + 1);
  return counts;
}
