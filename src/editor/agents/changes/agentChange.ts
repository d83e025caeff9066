// The record of an agent's write. Pure.
import { randomUUID } from "node:crypto";
import { redactJson } from "../../../channel/forwardRequest.ts";
import type { Write } from "../../../channel/gate.ts";
import type { ChannelAnswer } from "../../../channel/protocol.ts";
import { type Refusal, refusals } from "../../../channel/refusals.ts";
import type { WriteAction } from "../../../openrouter/endpoints/table.ts";
import { fieldsOf } from "../../../openrouter/json.ts";
import { excerpt } from "../../../openrouter/text/printable.ts";
import { assignedIds } from "./assignedIds.ts";
import { isUndo, type Undo } from "./undo.ts";

export const outcomes = ["done", "failed", "refused", "unknown"] as const;
/** `unknown`: the response was lost, so the write may have taken effect. */
export type Outcome = (typeof outcomes)[number];

/** A write that an agent requested, and its outcome. */
export interface AgentChange {
  version: 1;
  id: string;
  /** ISO, UTC. */
  at: string;
  /** The process id of the window's extension host. */
  pid?: number;
  account: { id: string; name: string };
  client: string;
  tool: string;
  action: WriteAction;
  /** The key's hash or the guardrail's id, if known. */
  target?: string;
  /** The target's name before the change. */
  name: string;
  method: string;
  path: string;
  body?: unknown;
  /** The number of keys or members to assign or unassign. */
  many?: number;
  outcome: Outcome;
  /** Why it failed. */
  message?: string;
  refusal?: Refusal;
  /** The HTTP status of a failed request. */
  status?: number;
  /** How to undo it. */
  undo?: Undo;
  /** The id of the change that this one undid. */
  undoes?: string;
}

const MAX_NAME = 200;
const MAX_MESSAGE = 1_000;
/** Longer bodies are truncated to the beginning of their JSON. */
const MAX_BODY = 10_000;
/** Larger undo data is not recorded, to keep the file small. */
const MAX_UNDO = 50_000;

export interface ChangeOptions {
  account: { id: string; name: string };
  /** The target's name before the change. */
  name: string;
  undo?: Undo;
  undoes?: string;
  /** Why the write was refused. */
  refusal?: Refusal;
  /** Removes secrets from a text. */
  redact(text: string): string;
}

/** Creates the record of a write, without secrets. */
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

/** Returns the outcome of a write. An accepted write is done, even if its response couldn't be read. */
export function outcomeOf(answer: ChannelAnswer): Pick<AgentChange, "outcome" | "message" | "status"> {
  if (answer.kind === "answer") return { outcome: "done" };
  if (answer.kind === "refusal") return { outcome: "refused" };
  const { kind, message, status, mayHaveTakenEffect } = answer.failure;
  if (kind === "AcceptedWriteError") return { outcome: "done", message, status };
  return { outcome: mayHaveTakenEffect ? "unknown" : "failed", message, status };
}

/** Returns the hash or id of a created key or guardrail. */
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
    return "…"; // too deeply nested for the call stack
  }
  return text === undefined || text.length <= MAX_BODY ? body : excerpt(text, MAX_BODY);
}

/** Redacts all texts of a change, including field names. */
function withoutSecrets(change: AgentChange, redact: (text: string) => string): AgentChange {
  const cleaned = redactJson({ redact }, change) as AgentChange;
  // An undo with a redacted text would restore a wrong value.
  const isSame = JSON.stringify(cleaned.undo) === JSON.stringify(change.undo);
  return isSame ? cleaned : { ...cleaned, undo: undefined };
}

/** The kind of undo for each action. */
const undoOfAction: Partial<Record<string, Undo["of"]>> = {
  updateKey: "key",
  updateGuardrail: "guardrail",
  assignKeys: "keys",
  unassignKeys: "keys",
  assignMembers: "members",
  unassignMembers: "members",
};

/** True if the undo belongs to this change. Other programs can write the file, so this must be checked. */
function isUndoOf(undo: Undo, { action, target }: Record<string, unknown>): boolean {
  return undo.id === target && undo.of === undoOfAction[action as string];
}

/** True for a valid record of this version. */
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
