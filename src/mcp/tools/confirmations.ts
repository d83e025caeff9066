// The questions that the user is asked before a grave change. Each says what would happen, and to what.
import {
  findOwnerOfDefault,
  type Guardrail,
  getGuardrail,
  getKey,
  type Key,
  listAllWorkspaces,
  listKeyAssignmentsPage,
  listMemberAssignmentsPage,
  NotFoundError,
  type Workspace,
} from "../../openrouter/index.ts";
import type { ToolContext } from "../defineTool.ts";
import { cell, quoted } from "../text.ts";

type ReadContext = Pick<ToolContext, "client" | "signal">;

/** Maximum number of keys or members named in a question. */
const MAX_NAMED = 5;

export async function confirmDeleteKey(hash: string, context: ReadContext): Promise<string> {
  const { key, name } = await readKey(hash, context);
  return `Permanently delete ${name}? ${spendText(key)} Its usage history will be deleted too.`;
}

/** @returns undefined if the key has no limit */
export async function confirmRemoveKeyLimit(hash: string, context: ReadContext): Promise<string | undefined> {
  const { key, name } = await readKey(hash, context);
  return key.limit === null
    ? undefined
    : `Remove the limit of ${usdText(key.limit, key.limit_reset)} from ${name}? ${spendText(key)}`;
}

export async function confirmDeleteGuardrail(id: string, context: ReadContext): Promise<string | undefined> {
  const read = await readGuardrail(id, context);
  return (
    read &&
    `Permanently delete ${read.name}? ${read.scope}, which will lose it${limitPart(read.guardrail, " and its limit of ")}.`
  );
}

/** @returns undefined if the guardrail has no limit */
export async function confirmRemoveGuardrailLimit(id: string, context: ReadContext): Promise<string | undefined> {
  const read = await readGuardrail(id, context);
  const limit = read && limitPart(read.guardrail, "the limit of ");
  return limit && `Remove ${limit} from ${read?.name}? ${read?.scope}.`;
}

/** @returns undefined for a single key or member */
export async function confirmBulkChange(
  verb: "assign" | "unassign",
  { id, kind, ids }: { id: string; kind: "keys" | "members"; ids: readonly string[] },
  context: ReadContext,
): Promise<string | undefined> {
  const given = [...new Set(ids)];
  if (given.length < 2) return undefined;
  const [read, names] = await Promise.all([readGuardrail(id, context), readNames(kind, given, context)]);
  if (!read) return undefined;
  const targets = `${given.length} ${kind} (${names})`;
  const limit = limitPart(read.guardrail, ", with its limit of ");
  return verb === "assign"
    ? `Assign ${read.name} to ${targets}${limit}? It replaces their current guardrails.`
    : `Unassign ${read.name}${limit} from ${targets}?`;
}

async function readKey(hash: string, { client, signal }: ReadContext): Promise<{ key: Key; name: string }> {
  const [key, workspaces] = await Promise.all([
    getKey(client, hash, { signal, fresh: true }),
    tryListWorkspaces({ client, signal }),
  ]);
  return {
    key,
    name: `the API key ${quoted(key.name)} (${cell(key.label)})${workspacePart(key.workspace_id, workspaces)}`,
  };
}

const spendText = ({ usage, usage_monthly, byok_usage_monthly }: Key) =>
  `It has spent ${usage_monthly} USD this month (UTC)${byok_usage_monthly ? `, plus ${byok_usage_monthly} USD BYOK` : ""}; ${usage} USD in total.`;

interface NamedGuardrail {
  guardrail: Guardrail;
  name: string;
  /** Sentence without a period that says what the guardrail applies to. */
  scope: string;
}

/** @returns undefined for a default guardrail that is not configured yet: the change itself reports it */
async function readGuardrail(id: string, { client, signal }: ReadContext): Promise<NamedGuardrail | undefined> {
  const listing = tryListWorkspaces({ client, signal });
  const query = { guardrail_id: id, limit: 1 };
  try {
    const [guardrail, keys, members] = await Promise.all([
      getGuardrail(client, id, { signal, fresh: true }),
      listKeyAssignmentsPage(client, query, { signal }),
      listMemberAssignmentsPage(client, query, { signal }),
    ]);
    const workspaces = await listing;
    const owner = findOwnerOfDefault(workspaces)(id);
    const rest = owner ? ", and to everything else in its workspace without its own guardrail" : "";
    return {
      guardrail,
      name: `the guardrail ${quoted(guardrail.name)}${workspacePart(guardrail.workspace_id, workspaces)}`,
      scope: `It applies to ${keys.total_count ?? "an unknown number of"} keys and ${members.total_count ?? "an unknown number of"} members${rest}`,
    };
  } catch (error) {
    if (error instanceof NotFoundError && findOwnerOfDefault(await listing)(id)) return undefined;
    throw error;
  }
}

/** Reads names that the user recognizes; shows the hash of a key that can't be read. */
async function readNames(
  kind: "keys" | "members",
  ids: readonly string[],
  { client, signal }: ReadContext,
): Promise<string> {
  const rest = ids.length - MAX_NAMED;
  const names = ids.slice(0, MAX_NAMED).map(async (id) => {
    if (kind === "members") return quoted(id);
    const key = await getKey(client, id, { signal }).catch(() => undefined);
    return key ? quoted(key.name) : `${id.slice(0, 12)}…`;
  });
  return [...(await Promise.all(names)), ...(rest > 0 ? [`and ${rest} more`] : [])].join(", ");
}

/** Lists workspaces for their names; undefined if that fails. */
const tryListWorkspaces = ({ client, signal }: ReadContext) =>
  listAllWorkspaces(client, { signal }).catch(() => undefined);

function workspacePart(id: string | null | undefined, workspaces: readonly Workspace[] | undefined): string {
  const slug = workspaces?.find((workspace) => workspace.id === id)?.slug ?? id;
  return slug ? ` in the workspace ${cell(slug)}` : "";
}

function limitPart({ limit_usd, reset_interval }: Guardrail, before: string): string {
  return limit_usd == null ? "" : before + usdText(limit_usd, reset_interval);
}

const usdText = (usd: number, reset: string | null | undefined) => `${usd} USD ${reset ? cell(reset) : "in total"}`;
