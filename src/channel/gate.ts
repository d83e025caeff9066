// The gate: what agents may do with the account in use. Reads pass, writes pass as the person has set and decides.
import { type CreatedKey, keptKeyAnswer, readCreatedKey } from "../openrouter/endpoints/createdKey.ts";
import { type FoundEndpoint, findEndpoint, type WriteAction } from "../openrouter/endpoints/table.ts";
import { ClientEndedError } from "../openrouter/errors.ts";
import type { Client } from "../openrouter/http/call.ts";
import { redact } from "../openrouter/text/redact.ts";
import { forwardRequest, redactJson } from "./forwardRequest.ts";
import type { ChannelAnswer, ChannelRequest, Failure } from "./protocol.ts";
import { refusalMessages } from "./refusals.ts";
import type { WriteMode } from "./writeMode.ts";

/** A change that an agent asks for. */
export interface Write {
  action: WriteAction;
  /** The key's or guardrail's, of what is not created. */
  id?: string;
  request: ChannelRequest;
}

/** The account in use; as the editor's session has it. */
export interface GateSession {
  id: string;
  client: Client;
  /** Aborts when another account comes into use. */
  signal: AbortSignal;
}

export type Decision = { allowed: true } | { allowed: false; reason: string };

export interface GateOptions<S extends GateSession> {
  /** The session of the account in use; undefined when signed out. */
  session(): Promise<S | undefined>;
  writeMode(): WriteMode;
  /** Decides on a write. Whatever keeps it from deciding is a refusal. `signal` aborts when nobody waits any more. */
  decide(write: Write, session: S, signal: AbortSignal): Promise<Decision>;
  /** Keeps a new key's secret for the person; undefined where secrets are passed on to the agent, unless that is gone. */
  secretKeeper(isGone: boolean): ((created: CreatedKey, write: Write, session: S) => Promise<void>) | undefined;
  /** Told of every read. */
  onRead?(request: ChannelRequest): void;
  /** Told of a write that is being sent now; resolves once its outcome is dealt with. */
  onSend?(done: Promise<unknown>): void;
  /** Told of every write that was decided on, before its answer goes to the agent. `answer` holds no secret. */
  onDecided(write: Write, session: S, answer: ChannelAnswer): void;
}

/** Makes the function that answers requests of the channel. It never throws. */
export function createGate<S extends GateSession>(options: GateOptions<S>) {
  return async (request: ChannelRequest, signal: AbortSignal): Promise<ChannelAnswer> => {
    const found = findEndpoint(request.method, request.path);
    if (!found) return refusal(`${request.method} ${request.path} is nothing that agents may ask for.`);
    try {
      const session = await options.session();
      if (session?.id !== request.account || session.signal.aborted) return accountSwitched();
      const { action } = found.endpoint;
      if (action) return await forwardWrite(options, { found, action, request, session, signal });
      options.onRead?.(request);
      const answer = await forwardRequest(session.client, found, request, signal);
      // What was read of an account that is not in use any more is not told.
      return session.signal.aborted ? accountSwitched() : redactAnswer(session.client, answer);
    } catch (error) {
      if (error instanceof ClientEndedError) return accountSwitched();
      if (signal.aborted) return refusal("Whoever asked is gone.");
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
  { writeMode, decide, secretKeeper, onSend, onDecided }: GateOptions<S>,
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
    return accountSwitched();
  }
  const done = send();
  onSend?.(done);
  return done;

  /** A write under way is not cancelled: nobody would know whether it took effect. */
  async function send(): Promise<ChannelAnswer> {
    const answer = await forwardRequest(session.client, found, request).catch((error) => {
      if (error instanceof ClientEndedError) report(refusal(refusalMessages.switched));
      throw error;
    });
    const created = action === "createKey" ? readCreated(answer) : undefined;
    const isKept = created !== undefined && (await keepSecret(created));
    const redacted = redactAnswer(session.client, created ? removeSecret(answer, created, isKept) : answer);
    report(redacted);
    // A secret that could not be kept is not dropped either: the agent has it then, as where the setting says so.
    if (!created || isKept || redacted.kind !== "answer") return redacted;
    return { ...redacted, json: { ...fieldsOf(redacted.json), key: created.key } };
  }

  /** Where nobody is there any more to be told the secret, it is kept whatever the setting says. */
  async function keepSecret(created: CreatedKey): Promise<boolean> {
    try {
      const keep = secretKeeper(signal.aborted);
      await keep?.(created, write, session);
      return keep !== undefined;
    } catch {
      return false;
    }
  }

  /** What goes wrong here is no reason to answer otherwise. */
  function report(outcome: ChannelAnswer): void {
    try {
      onDecided(write, session, outcome);
    } catch {
      // Those who are told log what fails.
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

/** True for what is asked for whatever the setting says: much is lost, or bound, or let loose at once. */
export function isGrave({ action, request: { body } }: Pick<Write, "action" | "request">): boolean {
  if (action === "deleteKey" || action === "deleteGuardrail") return true;
  const { limit, limit_usd, key_hashes, member_user_ids } = fieldsOf(body);
  if (action === "updateKey" || action === "updateGuardrail") return limit === null || limit_usd === null;
  return [key_hashes, member_user_ids].some((ids) => Array.isArray(ids) && ids.length > 1);
}

const refusal = (reason: string): ChannelAnswer => ({ kind: "refusal", reason });

function accountSwitched(): ChannelAnswer {
  const message = "The account in use in VS Code was switched, so that nothing was sent or told.";
  return failureWith("OpenRouterError", message, "Call it again: it then works with the account that is in use now.");
}

function internalFailure(error: unknown): ChannelAnswer {
  const reason = redact(error instanceof Error ? error.message : String(error));
  return failureWith(
    "OpenRouterError",
    `VS Code could not carry it out: ${reason}.`,
    "See the log of OpenRouter Admin in VS Code.",
  );
}

function failureWith(kind: string, message: string, nextStep: string): ChannelAnswer {
  return { kind: "failure", failure: { kind, message, nextStep }, now: new Date().toISOString() };
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
