// The gate: decides what agents may do with the account in use. Reads pass; writes need the setting and the user's consent.
import { type CreatedKey, keptKeyAnswer, readCreatedKey } from "../openrouter/endpoints/createdKey.ts";
import { type FoundEndpoint, findEndpoint, type WriteAction } from "../openrouter/endpoints/table.ts";
import { ClientEndedError } from "../openrouter/errors.ts";
import type { Client } from "../openrouter/http/call.ts";
import { fieldsOf } from "../openrouter/json.ts";
import { redact } from "../openrouter/text/redact.ts";
import { forwardRequest, redactJson } from "./forwardRequest.ts";
import type { ChannelAnswer, ChannelRequest, Failure } from "./protocol.ts";
import { refusalMessages } from "./refusals.ts";
import type { WriteMode } from "./writeMode.ts";

/** A change requested by an agent. */
export interface Write {
  action: WriteAction;
  /** Key hash or guardrail id; undefined for a create. */
  id?: string;
  request: ChannelRequest;
}

/** The part of the editor's session that the gate needs. */
export interface GateSession {
  id: string;
  client: Client;
  /** Aborts when the account is switched. */
  signal: AbortSignal;
}

export type Decision = { allowed: true } | { allowed: false; reason: string };

export interface GateOptions<S extends GateSession> {
  /** Returns the session of the account in use; undefined when signed out. */
  session(): Promise<S | undefined>;
  writeMode(): WriteMode;
  /** Decides on a write; an error counts as a refusal. `signal` aborts when the caller disconnects. */
  decide(write: Write, session: S, signal: AbortSignal): Promise<Decision>;
  /**
   * Returns the function that keeps a new key's secret for the user, or undefined if the agent gets the secret.
   * @param isGone the caller has disconnected, so the secret must be kept
   */
  secretKeeper(isGone: boolean): ((created: CreatedKey, write: Write, session: S) => Promise<void>) | undefined;
  /** Called for each read. */
  onRead?(request: ChannelRequest): void;
  /** Called when a write is sent; `done` settles once its outcome is reported and a new secret is stored. */
  onSend?(done: Promise<unknown>): void;
  /** Called for each write that was decided on, before the agent gets the answer. `answer` contains no secret. */
  onDecided(write: Write, session: S, answer: ChannelAnswer): void;
}

/** Creates the function that answers requests from the channel. It never throws. */
export function createGate<S extends GateSession>(options: GateOptions<S>) {
  return async (request: ChannelRequest, signal: AbortSignal): Promise<ChannelAnswer> => {
    const found = findEndpoint(request.method, request.path);
    if (!found) return refusal(`${request.method} ${request.path} is not available to agents.`);
    try {
      const session = await options.session();
      if (!session) return accountRemoved();
      if (session.id !== request.account || session.signal.aborted) return await accountEnded(options);
      const { action } = found.endpoint;
      if (action) return await forwardWrite(options, { found, action, request, session, signal });
      options.onRead?.(request);
      const answer = await forwardRequest(session.client, found, request, signal);
      // Data of an account that is no longer in use must not reach the agent.
      return session.signal.aborted ? await accountEnded(options) : redactAnswer(session.client, answer);
    } catch (error) {
      if (error instanceof ClientEndedError) return accountEnded(options);
      if (signal.aborted) return refusal("The client disconnected.");
      return internalFailure(error);
    }
  };
}

interface PendingWrite<S> {
  found: FoundEndpoint;
  action: WriteAction;
  request: ChannelRequest;
  session: S;
  signal: AbortSignal;
}

async function forwardWrite<S extends GateSession>(
  { session: current, writeMode, decide, secretKeeper, onSend, onDecided }: GateOptions<S>,
  { found, action, request, session, signal }: PendingWrite<S>,
): Promise<ChannelAnswer> {
  const write: Write = { action, id: found.parts.hash ?? found.parts.id, request };
  const decision: Decision =
    writeMode() === "off"
      ? { allowed: false, reason: "Write tools are off in VS Code (setting openrouterAdmin.allowWriteTools)." }
      : await decide(write, session, signal);
  const refusedReason = !decision.allowed ? decision.reason : signal.aborted ? refusalMessages.gone : undefined;
  if (refusedReason !== undefined) {
    report(refusal(refusedReason));
    return refusal(refusedReason);
  }
  if (session.signal.aborted) {
    report(refusal(refusalMessages.switched));
    return accountEnded({ session: current });
  }
  const done = send();
  onSend?.(done);
  return done;

  /** A write in flight is never cancelled, since nobody would know whether it took effect. */
  async function send(): Promise<ChannelAnswer> {
    const answer = await forwardRequest(session.client, found, request).catch((error) => {
      if (error instanceof ClientEndedError) report(refusal(refusalMessages.switched));
      throw error;
    });
    const created = action === "createKey" ? readCreated(answer) : undefined;
    const isKept = created !== undefined && (await keepSecret(created));
    const redacted = redactAnswer(session.client, created ? removeSecret(answer, created, isKept) : answer);
    report(redacted);
    // If the secret could not be kept, the agent gets it: otherwise it would be lost.
    if (!created || isKept || redacted.kind !== "answer") return redacted;
    return { ...redacted, json: { ...fieldsOf(redacted.json), key: created.key } };
  }

  /** Returns whether the secret was kept. If the caller has disconnected, it is kept regardless of the setting. */
  async function keepSecret(created: CreatedKey): Promise<boolean> {
    try {
      const keep = secretKeeper(signal.aborted);
      await keep?.(created, write, session);
      return keep !== undefined;
    } catch {
      return false;
    }
  }

  /** An error in the listener does not change the answer. */
  function report(outcome: ChannelAnswer): void {
    try {
      onDecided(write, session, outcome);
    } catch {
      // The listener logs its own errors.
    }
  }
}

function removeSecret(answer: ChannelAnswer, created: CreatedKey, isKept: boolean): ChannelAnswer {
  if (answer.kind !== "answer") return answer;
  const { key: _, ...data } = fieldsOf(fieldsOf(answer.json).data);
  return { ...answer, json: isKept ? keptKeyAnswer(created, data) : { hash: created.hash, data } };
}

function readCreated(answer: ChannelAnswer): CreatedKey | undefined {
  return answer.kind === "answer" ? readCreatedKey(answer.json, JSON.stringify(answer.json)) : undefined;
}

function redactAnswer(client: Client, answer: ChannelAnswer): ChannelAnswer {
  if (answer.kind === "answer" && answer.json !== undefined)
    return { ...answer, json: redactJson(client, answer.json) };
  if (answer.kind === "failure") return { ...answer, failure: redactJson(client, answer.failure) as Failure };
  return answer;
}

/** True for a write with a large effect, which can need confirmation even in mode "on": deletes, removed limits, bulk changes. */
export function isGrave({ action, request: { body } }: Pick<Write, "action" | "request">): boolean {
  if (action === "deleteKey" || action === "deleteGuardrail") return true;
  const { limit, limit_usd, key_hashes, member_user_ids } = fieldsOf(body);
  if (action === "updateKey" || action === "updateGuardrail") return limit === null || limit_usd === null;
  return [key_hashes, member_user_ids].some((ids) => Array.isArray(ids) && ids.length > 1);
}

const refusal = (reason: string): ChannelAnswer => ({ kind: "refusal", reason });

/** Says whether the account that a request was for was replaced by another one, or removed. */
async function accountEnded<S extends GateSession>({
  session,
}: Pick<GateOptions<S>, "session">): Promise<ChannelAnswer> {
  const current = await session().catch(() => undefined);
  return current ? accountSwitched() : accountRemoved();
}

function accountRemoved(): ChannelAnswer {
  const message = "The account in VS Code was removed. Nothing was sent and no data was returned.";
  return failureWith("OpenRouterError", message, "Ask the user to run “OpenRouter Admin: Set Key” in VS Code.");
}

function accountSwitched(): ChannelAnswer {
  const message = "The account in VS Code was switched. Nothing was sent and no data was returned.";
  return failureWith("OpenRouterError", message, "Call the tool again to use the current account.");
}

function internalFailure(error: unknown): ChannelAnswer {
  const reason = redact(error instanceof Error ? error.message : String(error));
  return failureWith(
    "OpenRouterError",
    `VS Code couldn't process the request: ${reason}.`,
    "Check the OpenRouter Admin log in VS Code.",
  );
}

function failureWith(kind: string, message: string, nextStep: string): ChannelAnswer {
  return { kind: "failure", failure: { kind, message, nextStep }, now: new Date().toISOString() };
}
