// A write of an agent as it is recorded. Pure.
import { randomUUID } from "node:crypto";
import type { Write } from "../../../channel/gate.ts";
import type { ChannelAnswer } from "../../../channel/protocol.ts";
import { type Refusal, refusals } from "../../../channel/refusals.ts";
import type { WriteAction } from "../../../openrouter/endpoints/table.ts";
import { excerpt } from "../../../openrouter/text/printable.ts";
import { assignedIds } from "./assignedIds.ts";
import { isUndo, type Undo } from "./undo.ts";

export const outcomes = ["done", "failed", "refused", "unknown"] as const;
/** `unknown`: the answer was lost, so that it may have taken effect. */
export type Outcome = (typeof outcomes)[number];

/** What an agent asked for, and what became of it. */
export interface AgentChange {
  version: 1;
  id: string;
  /** ISO, UTC. */
  at: string;
  /** The extension host of the window that wrote it. */
  pid?: number;
  account: { id: string; name: string };
  client: string;
  tool: string;
  action: WriteAction;
  /** The key's hash or the guardrail's id, where there is one. */
  target?: string;
  /** Its name before the change. */
  name: string;
  method: string;
  path: string;
  body?: unknown;
  /** How many keys or members were to be assigned or unassigned. */
  many?: number;
  outcome: Outcome;
  /** Why it failed. */
  message?: string;
  refusal?: Refusal;
  /** Of the API's answer, where it was no success. */
  status?: number;
  /** What takes it back. */
  undo?: Undo;
  /** The change that this one took back. */
  undoes?: string;
}

const MAX_NAME = 200;
const MAX_MESSAGE = 1_000;
/** A longer body is recorded as the beginning of its JSON. */
const MAX_BODY = 10_000;
/** Without what would take back hundreds of assignments, the file stays small. */
const MAX_UNDO = 50_000;

export interface ChangeOptions {
  account: { id: string; name: string };
  /** Before the change. */
  name: string;
  undo?: Undo;
  undoes?: string;
  /** Where nothing was sent. */
  refusal?: Refusal;
  /** Takes secrets out of a text. */
  redact(text: string): string;
}

/** The record of a write. No secret is in it. */
export function createAgentChange(write: Write, answer: ChannelAnswer, options: ChangeOptions): AgentChange {
  const { action, request } = write;
  const { account, name, undoes, redact } = options;
  const { outcome, message, status } = outcomeOf(answer);
  const isInEffect = outcome === "done" || outcome === "unknown";
  return withoutSecrets(
    {
      version: 1,
      id: randomUUID(),
      at: new Date().toISOString(),
      pid: process.pid,
      account: { id: account.id, name: account.name },
      client: excerpt(request.caller.client, MAX_NAME),
      tool: excerpt(request.caller.tool, MAX_NAME),
      action,
      target: write.id ?? createdId(answer),
      name: excerpt(name, MAX_NAME),
      method: request.method,
      path: excerpt(request.path, MAX_MESSAGE),
      body: bounded(request.body),
      outcome,
      message: message && excerpt(message, MAX_MESSAGE),
      refusal: outcome === "refused" ? options.refusal : undefined,
      status,
      many: assignedIds(request.body)?.length,
      undo: isInEffect && JSON.stringify(options.undo ?? {}).length <= MAX_UNDO ? options.undo : undefined,
      undoes,
    },
    redact,
  );
}

/** What became of a write. A change that was accepted took effect, even if its answer could not be read. */
export function outcomeOf(answer: ChannelAnswer): Pick<AgentChange, "outcome" | "message" | "status"> {
  if (answer.kind === "answer") return { outcome: "done" };
  if (answer.kind === "refusal") return { outcome: "refused" };
  const { kind, message, status, mayHaveTakenEffect } = answer.failure;
  if (kind === "AcceptedWriteError") return { outcome: "done", message, status };
  return { outcome: mayHaveTakenEffect ? "unknown" : "failed", message, status };
}

/** The hash or id of what was created. */
export function createdId(answer: ChannelAnswer): string | undefined {
  if (answer.kind !== "answer") return undefined;
  const { data, hash } = fieldsOf(answer.json);
  return [fieldsOf(data).hash, hash, fieldsOf(data).id].find((id): id is string => typeof id === "string");
}

function bounded(body: unknown): unknown {
  let text: string | undefined;
  try {
    text = JSON.stringify(body);
  } catch {
    return "…"; // nested deeper than the stack
  }
  return text === undefined || text.length <= MAX_BODY ? body : excerpt(text, MAX_BODY);
}

/** Every text of it redacted, names of fields included. */
function withoutSecrets(change: AgentChange, redact: (text: string) => string): AgentChange {
  const clean = (value: unknown): unknown => {
    if (typeof value === "string") return redact(value);
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([field, inner]) => [redact(field), clean(inner)]));
  };
  const cleaned = clean(change) as AgentChange;
  // What would restore a text without its secret restores something else.
  const isSame = JSON.stringify(cleaned.undo) === JSON.stringify(change.undo);
  return isSame ? cleaned : { ...cleaned, undo: undefined };
}

/** What an undo of each action is of. */
const undoOfAction: Partial<Record<string, Undo["of"]>> = {
  updateKey: "key",
  updateGuardrail: "guardrail",
  assignKeys: "keys",
  unassignKeys: "keys",
  assignMembers: "members",
  unassignMembers: "members",
};

/** The file can be written by others: an undo is one of this very change, and of nothing else. */
function isUndoOf(undo: Undo, { action, target }: Record<string, unknown>): boolean {
  return undo.id === target && undo.of === undoOfAction[action as string];
}

/** True for a record of this version. */
export function isAgentChange(value: unknown): value is AgentChange {
  const change = fieldsOf(value);
  const account = fieldsOf(change.account);
  const texts = [change.id, change.at, account.id, account.name, change.client, change.tool, change.action];
  return (
    change.version === 1 &&
    [...texts, change.name, change.method, change.path].every((text) => typeof text === "string") &&
    [change.many, change.pid].every((number) => number === undefined || typeof number === "number") &&
    outcomes.includes(change.outcome as Outcome) &&
    [change.target, change.message, change.undoes].every((text) => text === undefined || typeof text === "string") &&
    (change.refusal === undefined || refusals.includes(change.refusal as Refusal)) &&
    !Number.isNaN(Date.parse(change.at as string)) &&
    (change.undo === undefined || (isUndo(change.undo) && isUndoOf(change.undo, change)))
  );
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
