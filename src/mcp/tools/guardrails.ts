import {
  collectCounted,
  type Guardrail,
  getGuardrail,
  listAllGuardrails,
  listKeyAssignmentsPage,
  listMemberAssignmentsPage,
} from "../../openrouter/index.ts";
import { defineTool } from "../defineTool.ts";
import { guardrailId, offset, rows } from "../inputs.ts";
import { cell, fields, IN_FIELD, lines, slice, table } from "../text.ts";
import { scope } from "./account.ts";

const PROVIDERS = ["anthropic", "openai", "google", "xai", "other"] as const;

/** The providers for which zero data retention is enforced; the deprecated `enforce_zdr` stands in for those not given. */
function zdr(guardrail: Guardrail): string {
  const enforced = PROVIDERS.filter((provider) => guardrail[`enforce_zdr_${provider}`] ?? guardrail.enforce_zdr);
  return enforced.length === PROVIDERS.length ? "all" : enforced.join(",");
}

function filters({ content_filters, content_filter_builtins }: Guardrail): string[] {
  return [
    ...(content_filter_builtins ?? []).map((filter) => `${filter.slug}:${filter.action}`),
    ...(content_filters ?? []).map((filter) => `/${filter.pattern}/:${filter.action}`),
  ];
}

/** The first few of a list and how many more there are; the whole is in or_guardrail_get. */
function some(list: string[] | null | undefined, most = 3): string[] | undefined {
  if (!list || list.length <= most) return list ?? undefined;
  return [...list.slice(0, most), `+${list.length - most}`];
}

const list = defineTool({
  name: "or_guardrails_list",
  title: "List guardrails",
  description:
    "Guardrails of all workspaces: limits (USD), allow and block lists, ZDR by provider, content filters. 50 rows by default. One enforces nothing until it is assigned (or_guardrails_assignments), a workspace's default guardrail aside.",
  input: { offset, limit: rows(1000) },
  run: async ({ offset = 0, limit = 50 }, { client, signal }) => {
    const { guardrails, workspaces } = await listAllGuardrails(client, { signal });
    const { shown, rest } = slice(guardrails, offset, limit);
    const slug = new Map(workspaces?.map((workspace) => [workspace.id, workspace.slug]));
    return lines(
      `${guardrails.length} guardrails in ${scope(workspaces)}; limits in USD. ${rest}`,
      table(
        [
          ["id", (guardrail) => guardrail.id],
          ["name", (guardrail) => guardrail.name],
          ["workspace", (guardrail) => slug.get(guardrail.workspace_id ?? "") ?? guardrail.workspace_id],
          ["limit_usd", (guardrail) => guardrail.limit_usd],
          ["reset_interval", (guardrail) => guardrail.reset_interval],
          ["zdr", zdr],
          ["allowed_providers", (guardrail) => some(guardrail.allowed_providers)],
          ["ignored_providers", (guardrail) => some(guardrail.ignored_providers)],
          ["allowed_models", (guardrail) => some(guardrail.allowed_models)],
          ["ignored_models", (guardrail) => some(guardrail.ignored_models)],
          ["content_filters", (guardrail) => some(filters(guardrail))],
        ],
        shown,
      ),
    );
  },
});

const get = defineTool({
  name: "or_guardrail_get",
  title: "Get guardrail",
  description: "Every field of one guardrail, its lists whole, and how many keys and members it binds.",
  input: { id: guardrailId },
  run: async ({ id }, { client, signal }) => {
    const [guardrail, keys, members] = await Promise.all([
      getGuardrail(client, id, { signal }),
      listKeyAssignmentsPage(client, { guardrail_id: id, limit: 1 }, { signal }),
      listMemberAssignmentsPage(client, { guardrail_id: id, limit: 1 }, { signal }),
    ]);
    return lines(guardrailFields(guardrail), `assigned: ${keys.total_count} keys, ${members.total_count} members`);
  },
});

/** Every field of a guardrail; a line a content filter, its pattern last and as it is, since it may hold any separator. */
export function guardrailFields({ content_filters, content_filter_builtins, ...others }: Guardrail): string {
  const custom = (content_filters ?? []).map(({ pattern, ...filter }) => ({ ...filter, pattern }));
  return lines(
    fields(others),
    ...(content_filter_builtins ?? []).map((filter) => `content_filter_builtins: ${words(filter)}`),
    ...custom.map((filter) => `content_filters: ${words(filter)}`),
    !custom.length && !content_filter_builtins?.length && "content filters: none",
  );
}

const words = (object: Record<string, unknown>) =>
  Object.entries(object)
    .map(([field, value]) => `${field}=${cell(value, IN_FIELD)}`)
    .join(" ");

const assignments = defineTool({
  name: "or_guardrails_assignments",
  title: "Guardrail assignments",
  description: "Which keys and members each guardrail binds. 50 rows by default.",
  input: { id: guardrailId.optional().describe("only this guardrail's"), offset, limit: rows(1000) },
  run: async ({ id, offset = 0, limit = 50 }, { client, signal }) => {
    const [keys, members] = await Promise.all([
      collectCounted(
        (query) => listKeyAssignmentsPage(client, { ...query, guardrail_id: id }, { signal }),
        (item) => `${item.guardrail_id} ${item.key_hash}`,
      ),
      collectCounted(
        (query) => listMemberAssignmentsPage(client, { ...query, guardrail_id: id }, { signal }),
        (item) => `${item.guardrail_id} ${item.user_id}`,
      ),
    ]);
    const bound = [
      ...keys.map((item) => ({ guardrail: item.guardrail_id, kind: "key", id: item.key_hash, name: item.key_name })),
      ...members.map((item) => ({ guardrail: item.guardrail_id, kind: "member", id: item.user_id, name: undefined })),
    ].sort((a, b) => a.guardrail.localeCompare(b.guardrail));
    const { shown, rest } = slice(bound, offset, limit);
    return lines(
      `${keys.length} keys and ${members.length} members are bound by ${new Set(bound.map((row) => row.guardrail)).size} guardrails. ${rest}`,
      table(
        [
          ["guardrail_id", (row) => row.guardrail],
          ["kind", (row) => row.kind],
          ["key_hash or user_id", (row) => row.id],
          ["key_name", (row) => row.name],
        ],
        shown,
      ),
    );
  },
});

export const guardrailTools = [list, get, assignments];
