// The questions that are put to a person before something is lost: each says what would be done, and to what.
import {
  excerpt,
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
import { cell } from "../text.ts";

type ReadContext = Pick<ToolContext, "client" | "signal">;

/** Things that a question names. */
const MAX_NAMED = 5;
const MAX_NAME = 60;

export async function confirmDeleteKey(hash: string, reading: ReadContext): Promise<string> {
  const { key, name } = await readKey(hash, reading);
  return `Delete ${name} for good? ${spendText(key)} Its spend history is deleted with it.`;
}

/** Undefined where the key has no limit. */
export async function confirmRemoveKeyLimit(hash: string, reading: ReadContext): Promise<string | undefined> {
  const { key, name } = await readKey(hash, reading);
  return key.limit === null
    ? undefined
    : `Remove the limit of ${usdText(key.limit, key.limit_reset)} from ${name}? ${spendText(key)}`;
}

export async function confirmDeleteGuardrail(id: string, reading: ReadContext): Promise<string | undefined> {
  const read = await readGuardrail(id, reading);
  return (
    read &&
    `Delete ${read.name} for good? ${read.binds}, which lose it${limitPart(read.guardrail, " and its limit of ")}.`
  );
}

/** Undefined where the guardrail has no limit. */
export async function confirmRemoveGuardrailLimit(id: string, reading: ReadContext): Promise<string | undefined> {
  const read = await readGuardrail(id, reading);
  const limit = read && limitPart(read.guardrail, "the limit of ");
  return limit && `Remove ${limit} from ${read?.name}? ${read?.binds}.`;
}

/** Undefined for a single one. */
export async function confirmBulkChange(
  verb: "assign" | "unassign",
  { id, kind, ids }: { id: string; kind: "keys" | "members"; ids: readonly string[] },
  reading: ReadContext,
): Promise<string | undefined> {
  const given = [...new Set(ids)];
  if (given.length < 2) return undefined;
  const [read, names] = await Promise.all([readGuardrail(id, reading), readNames(kind, given, reading)]);
  if (!read) return undefined;
  const many = `${given.length} ${kind} (${names})`;
  const limit = limitPart(read.guardrail, ", with its limit of ");
  return verb === "assign"
    ? `Assign ${read.name} to ${many}${limit}? It replaces the guardrail that any of them has now.`
    : `Release ${many} from ${read.name}${limit}?`;
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
  `It has spent ${usage_monthly} USD this month (UTC)${byok_usage_monthly ? ` and ${byok_usage_monthly} USD of BYOK` : ""}, ${usage} USD in all.`;

interface NamedGuardrail {
  guardrail: Guardrail;
  name: string;
  binds: string;
}

/** Undefined for a workspace's default guardrail that was never written: the change itself says what to do. */
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
    const rest = owner ? " and all in its workspace that have no guardrail of their own" : "";
    return {
      guardrail,
      name: `the guardrail ${quoted(guardrail.name)}${workspacePart(guardrail.workspace_id, workspaces)}`,
      binds: `It binds ${keys.total_count ?? "an unknown number of"} keys and ${members.total_count ?? "an unknown number of"} members${rest}`,
    };
  } catch (error) {
    if (error instanceof NotFoundError && findOwnerOfDefault(await listing)(id)) return undefined;
    throw error;
  }
}

/** The names are for the person to recognize: a key that cannot be read stands under its hash. */
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

/** A workspace without a name is no reason to fail. */
const tryListWorkspaces = ({ client, signal }: ReadContext) =>
  listAllWorkspaces(client, { signal }).catch(() => undefined);

function workspacePart(id: string | null | undefined, workspaces: readonly Workspace[] | undefined): string {
  const slug = workspaces?.find((workspace) => workspace.id === id)?.slug ?? id;
  return slug ? ` in the workspace ${cell(slug)}` : "";
}

function limitPart({ limit_usd, reset_interval }: Guardrail, before: string): string {
  return limit_usd == null ? "" : before + usdText(limit_usd, reset_interval);
}

const usdText = (usd: number, reset: string | null | undefined) => `${usd} USD ${reset ? cell(reset) : "in all"}`;

/** On one line, cut, and without quotation marks of its own: a name cannot go on as the question's words. */
const quoted = (name: string) => `“${excerpt(cell(name), MAX_NAME).replace(/["“”„‟«»]/g, "'")}”`;
