import * as vscode from "vscode";
import { type Client, type Key, listAllKeys } from "../../../openrouter/index.ts";
import {
  beginRotation,
  bindGuardrail,
  type ExistingKey,
  newRotation,
  planRotation,
  RefusedStepError,
  type Rotation,
} from "../../../openrouter/rotation/index.ts";
import type { Replacer } from "../../../openrouter/safety/cures/context.ts";
import { judgeReplacement } from "../../../openrouter/safety/cures/judge.ts";
import type { CureItem, CureRun } from "../../../openrouter/safety/cures/record.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { withKeysAssigned } from "../../data/guardrailUpdates.ts";
import { guardrailsData, MAX_BINDINGS_AGE_MS } from "../../guardrails/pickGuardrail.ts";
import { quoted } from "../../platform/quoted.ts";
import { withoutOwnStamp } from "../../rotation/journal/owner.ts";
import { continueAll } from "../../rotation/resume/continueAll.ts";
import { inputFor } from "../../rotation/rotate/planInput.ts";
import { isUnfinished, refusalText } from "../../rotation/rotationText.ts";
import { stepContext } from "../../rotation/runFlow.ts";
import type { CureServices } from "./services.ts";

interface ReplacerOptions {
  run: CureRun;
  client: Client;
  signal: AbortSignal;
}

/**
 * Begins the rotations of a run's items, up to the stored secret, or completes what an earlier attempt began. The secrets
 * wait in SecretStorage; see `handOverReplaced`. A create that may have been sent is never repeated here: the rotation's own
 * Continue looks for its key first. `GET /keys`, `GET /keys/{hash}`, `GET /guardrails/assignments/keys`, `POST /keys`,
 * `POST /guardrails/{id}/assignments/keys`
 */
export function createReplacer(
  services: CureServices,
  session: AccountSession,
  { run, client, signal }: ReplacerOptions,
): Replacer {
  const t = vscode.l10n.t;
  const { registry } = services;
  const existing = createExistingKeys(client, signal);
  const context = { ...stepContext(services, { ...session, client }, signal), existingKeys: existing.read };
  /** The assignments are not those that were loaded when the person decided, which may be long ago. */
  let reading: Promise<void> | undefined;

  /** Plans a rotation with the choices of the run. @throws Error if the key's guardrail can't be known */
  async function plan(key: Key, id: string): Promise<Rotation> {
    reading ??= session.data.guardrails.load({ fresh: true });
    await reading;
    const { unreadable } = await guardrailsData(session, MAX_BINDINGS_AGE_MS);
    const input = inputFor(services, session, key);
    if (unreadable && !input.guardrail)
      throw new Error(t("Some assignments of guardrails couldn't be read. A new key could lack its guardrail."));
    const { name, expires_at, limit } = run.replace!;
    const planned = planRotation(key, { ...input, choices: { name, expiry: expires_at, limit } });
    const rotation = newRotation(key, planned, { id, now: input.now, account: session.id });
    return { ...rotation, owner: await registry.ownerStamp() };
  }

  async function replace(item: CureItem, key: Key | undefined, begin: () => Promise<void>): Promise<Partial<CureItem>> {
    const id = item.rotation!;
    const stored = await registry.journal.read(id);
    if (stored?.step === "creating") return leftBehind(stored);
    const verdict = stored ? "send" : judgeReplacement(key, item, client.now());
    if (verdict !== "send") return { state: "changed", reason: verdictTexts()[verdict] };
    const planned = stored ?? (await plan(key!, id));
    if (stored) await begin();
    const markEnded = registry.markRunning(id);
    // Its secret is offered with the others of this run, not by itself.
    registry.isFirstOffer(id);
    try {
      const created = stored ?? (await beginRotation(beginningWith(begin), planned));
      existing.add(created.new);
      const bound = created.step === "created" ? await bindGuardrail(context, created) : created;
      if (bound.guardrail && bound.new)
        session.data.guardrails.change(withKeysAssigned(bound.guardrail.id, [bound.new]));
      return { state: "done" };
    } catch (error) {
      existing.forget();
      registry.offerAgain(id);
      const left = await begun(item);
      if (!(error instanceof RefusedStepError)) throw error;
      const reason = refusalText(planned, error.reason);
      return left ? { ...left, reason: [reason, left.reason].filter(Boolean).join(" ") } : { state: "failed", reason };
    } finally {
      markEnded();
      await registry.journal.update(id, withoutOwnStamp);
    }
  }

  /** Records the item as sent only once its rotation is stored: without a stored one, a waiting item was not sent. */
  function beginningWith(begin: () => Promise<void>): typeof context {
    const { journal } = context;
    const create: typeof journal.create = async (record) => {
      await journal.create(record);
      await begin();
    };
    return { ...context, journal: { ...journal, create } };
  }

  async function begun({ rotation }: CureItem): Promise<Partial<CureItem> | undefined> {
    const stored = await registry.journal.read(rotation!);
    return stored && leftBehind(stored);
  }

  return { replace, begun };
}

/** Why a replacement isn't sent. */
function verdictTexts() {
  const t = vscode.l10n.t;
  return {
    gone: t("It was deleted elsewhere."),
    inactive: t("It is disabled or expired."),
    lost: t("Its rotation was begun, and is no longer stored. Nothing was sent again."),
  };
}

/** What a rotation that was interrupted means for its item. */
function leftBehind({ step, guardrail }: Rotation): Partial<CureItem> {
  const t = vscode.l10n.t;
  if (step === "creating")
    return {
      state: "uncertain",
      reason: t("Run Continue Rotation on it in the Keys view: it looks for the new key first."),
    };
  if (step === "created" && guardrail)
    return {
      state: "uncertain",
      reason: t(
        "The new key was created, but the guardrail {0} isn't assigned to it yet. Resume these changes.",
        quoted(guardrail.name),
      ),
    };
  return { state: "done", reason: undefined };
}

/** The keys of the account, read once for all creates, and again after a failed one. */
function createExistingKeys(client: Client, signal: AbortSignal) {
  let added: ExistingKey[] = [];
  let reading: Promise<readonly ExistingKey[]> | undefined;
  return {
    async read(): Promise<readonly ExistingKey[]> {
      reading ??= listAllKeys(client, {}, { signal, fresh: true }).then(({ keys }) => keys);
      try {
        return [...(await reading), ...added];
      } catch (error) {
        reading = undefined;
        throw error;
      }
    },
    add(key: ExistingKey | undefined): void {
      if (key) added.push(key);
    },
    forget(): void {
      [reading, added] = [undefined, []];
    },
  };
}

/** True if a rotation of the run waits for something, such as its secret to be saved. */
export function hasPending({ registry }: CureServices, { items }: CureRun): boolean {
  const ids = new Set(items.map(({ rotation }) => rotation));
  return registry.journal.all().some((rotation) => ids.has(rotation.id) && isUnfinished(rotation));
}

/** Hands over the secrets of a run one by one, until the user closes one; the rest stays stored and pending. */
export function handOverReplaced({ registry }: CureServices, { items }: CureRun): Promise<void> {
  return continueAll(
    registry,
    items.flatMap(({ rotation }) => rotation ?? []),
  );
}
