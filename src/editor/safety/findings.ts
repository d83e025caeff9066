import * as vscode from "vscode";
import { auditAccount, summarizeByRule } from "../../openrouter/safety/audit.ts";
import type { Audit } from "../../openrouter/safety/findings.ts";
import { formatCount } from "../../openrouter/text/format.ts";
import type { AccountSession } from "../data/accountData.ts";
import { displayLocale } from "../platform/locale.ts";
import { logError } from "../platform/logError.ts";
import { keysText } from "../ui/countTexts.ts";
import { type FindingsFilter, filterAudit, filterText, isFiltered } from "./filter.ts";
import { createPolicySource, type PolicySource } from "./policy/policySource.ts";
import type { PolicyState } from "./policy/policyState.ts";
import { problemText, usedPolicyText } from "./policy/policyText.ts";
import type { SafetySources } from "./sources.ts";
import { ruleTitle } from "./text.ts";

/** The findings of an account, and what they are based on. */
export interface Audited {
  session: AccountSession;
  audit: Audit;
  policy: PolicyState;
  /** False if the guardrails couldn't be read completely. */
  guardrailsKnown: boolean;
}

/** Checks the keys of the account in use, again only if the keys, guardrails, rotations or the policy have changed. */
export interface Findings extends vscode.Disposable {
  readonly policy: PolicySource;
  /** Returns the newest findings; undefined until the keys, and for a visible view the guardrails, have been read. */
  audit(session: AccountSession): Promise<Audited | undefined>;
  /** Counts the severe findings for the view's icon. */
  badge(session: AccountSession | undefined): vscode.ViewBadge | undefined;
  /** Returns what the view's title says about the filter. */
  filterNote(session: AccountSession | undefined, filter: FindingsFilter): string | undefined;
  /** Returns what the view says above its rows. */
  message(session: AccountSession, filter: FindingsFilter): string | undefined;
}

/** Undefined if the rotations aren't known. */
type StartedRotations = { hash: string; startedAt: string }[] | undefined;

interface FindingsOptions extends SafetySources {
  isVisible(): boolean;
  /** Called after each audit, and when the policy has changed. */
  onDidChange(): void;
}

export function createFindings(options: FindingsOptions): Findings {
  const { sessions, log, rotations, isVisible, onDidChange } = options;
  const policy = createPolicySource();
  let last: { session: AccountSession; inputs: readonly unknown[]; result: Promise<Audited | undefined> } | undefined;
  let running: AbortController | undefined;
  let done: Audited | undefined;

  /** Undefined if they are being read, and the view waits for them. */
  function guardrailsOf({ data: { guardrails } }: AccountSession): { known: unknown } | undefined {
    const { current, error, loading } = guardrails;
    if (current) return { known: current.value };
    return isVisible() && (loading || error === undefined) ? undefined : { known: undefined };
  }

  async function audit(session: AccountSession): Promise<Audited | undefined> {
    const state = await policy.current();
    const { keys } = session.data;
    const guardrails = guardrailsOf(session);
    const before = done?.session === session ? done : undefined;
    if (!keys.current?.complete || !guardrails) return before;
    const started = startedRotations(session);
    const inputs = [keys.current.value, guardrails.known, state, JSON.stringify(started)];
    if (last?.session === session && inputs.every((input, i) => input === last?.inputs[i])) return last.result;
    running?.abort();
    running = new AbortController();
    const result = run(session, state, started, running.signal);
    last = { session, inputs, result };
    return result;
  }

  async function run(
    session: AccountSession,
    state: PolicyState,
    started: StartedRotations,
    signal: AbortSignal,
  ): Promise<Audited | undefined> {
    const { keys, guardrails } = session.data;
    const read = keys.current!;
    const bound = guardrails.current?.value;
    const guardrailsKnown = bound !== undefined && !bound.unreadable && !bound.unreadableWorkspaces;
    const sources = {
      keys: read.value.keys,
      workspaces: read.value.workspaces,
      guardrails: bound,
      ...(!guardrailsKnown && { guardrailsMayBeMissing: true }),
      rotations: started,
    };
    try {
      const found = await auditAccount(sources, state.policy, { now: new Date(), signal });
      if (sessions.current !== session) return undefined;
      done = { session, audit: found, policy: state, guardrailsKnown };
      onDidChange();
      return done;
    } catch (error) {
      if (!signal.aborted) throw error;
      // Newer data replaced it.
      return last && last.session === session && last.inputs[2] !== undefined ? last.result : undefined;
    }
  }

  const startedRotations = (session: AccountSession): StartedRotations =>
    rotations
      .list(session)
      ?.filter(({ step }) => step !== "finished")
      .map(({ old, startedAt }) => ({ hash: old.hash, startedAt }));

  function checkAgain(): void {
    const { current } = sessions;
    if (!current) return;
    audit(current).then(onDidChange, (error) => logError(log, "Findings", error));
  }

  const listeners = [policy.onDidChange(checkAgain), rotations.onDidChange(checkAgain)];
  const doneOf = (session: AccountSession | undefined) => (done && done.session === session ? done : undefined);

  return {
    policy,
    audit,
    badge(session) {
      const audited = doneOf(session);
      return audited && badgeOf(audited);
    },
    filterNote(session, filter) {
      return session && filterText(session, filter);
    },
    message(session, filter) {
      const audited = doneOf(session);
      return audited ? messageOf(audited, filter) : progressText(session);
    },
    dispose() {
      running?.abort();
      vscode.Disposable.from(policy, ...listeners).dispose();
    },
  };
}

/** Undefined without severe findings: VS Code shows no badge then. */
function badgeOf({ audit }: Audited): vscode.ViewBadge | undefined {
  const severe = summarizeByRule(audit).filter(({ severity, findings }) => severity === "severe" && findings > 0);
  const value = severe.reduce((all, { findings }) => all + findings, 0);
  if (value === 0) return undefined;
  const rules = severe.map(({ rule, findings }) => `${ruleTitle(rule)} (${number(findings)})`).join(", ");
  const text = value === 1 ? vscode.l10n.t("1 severe finding") : vscode.l10n.t("{0} severe findings", number(value));
  return { value, tooltip: vscode.l10n.t("Key Safety: {0}: {1}", text, rules) };
}

function progressText({ data: { keys } }: AccountSession): string | undefined {
  const t = vscode.l10n.t;
  if (!keys.current) return undefined;
  const read = keys.current.value.keys.length;
  return keys.current.complete ? t("Checking {0}…", keysText(read)) : t("{0} keys so far…", number(read));
}

function messageOf({ session, audit, policy, guardrailsKnown }: Audited, filter: FindingsFilter): string | undefined {
  const t = vscode.l10n.t;
  const { keys, guardrails } = session.data;
  const open = audit.findings.filter(({ exception }) => !exception).length;
  const shown = filterAudit(audit, filter).findings.filter(({ exception }) => !exception).length;
  const ended = audit.exceptions.filter(({ hasEnded, findings }) => hasEnded && findings > 0).length;
  const texts = [
    policy.problem && problemText(policy),
    open === 0 && nothingFoundText(policy, audit.keys.length),
    open > 0 && isFiltered(filter) && t("{0} of {1} findings", number(shown), number(open)),
    !guardrailsKnown && guardrails.failure && t("Guardrails couldn't be read. {0}", guardrails.failure),
    keys.current?.value.workspaces === undefined && t("Only the default workspace can be shown"),
    keys.current?.value.expiredMayBeMissing && t("Expired keys may be missing"),
    ended > 0 && (ended === 1 ? t("1 exception has ended") : t("{0} exceptions have ended", number(ended))),
  ];
  return texts.filter(Boolean).join(" · ") || undefined;
}

/** Says how many rules found nothing, and whose they are. */
function nothingFoundText(state: PolicyState, keys: number): string {
  const rules = Object.values(state.policy.rules).filter(({ severity }) => severity !== "off").length;
  return vscode.l10n.t(
    "Nothing found in {0}: {1} rules were checked ({2}).",
    keysText(keys),
    number(rules),
    usedPolicyText(state),
  );
}

const number = (value: number) => formatCount(value, displayLocale());
