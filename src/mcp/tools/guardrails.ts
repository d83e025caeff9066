import {
  type Client,
  collectCounted,
  type DefaultGuardrailSearch,
  effectiveZdr,
  findDefaultGuardrail,
  type Guardrail,
  getGuardrail,
  joinUnreadable,
  listAllGuardrails,
  listKeyAssignmentsPage,
  listMemberAssignmentsPage,
  NotFoundError,
  type RequestOptions,
  type ZdrField,
  zdrFields,
} from "../../openrouter/index.ts";
import { defineTool } from "../defineTool.ts";
import { guardrailId, offset, rowLimit } from "../inputs.ts";
import { cell, FIELD_LIMITS, fieldLines, joinLines, paginate, table } from "../text.ts";
import { omittedText, unreadableText, workspaceText } from "./coverage.ts";
import { budgetsText, defaultGuardrailText, describeDefaultGuardrails, unconfiguredText } from "./workspaceDefaults.ts";

/** Returns the providers for which zero data retention is enforced. */
function zdrProviders(guardrail: Guardrail): string {
  const all = Object.keys(zdrFields) as ZdrField[];
  const enforced = all.filter((field) => effectiveZdr(guardrail, field));
  return enforced.length === all.length ? "all" : enforced.map((field) => field.replace("enforce_zdr_", "")).join(",");
}

function contentFilters({ content_filters, content_filter_builtins }: Guardrail): string[] {
  return [
    ...(content_filter_builtins ?? []).map(
      ({ slug, action, scan_scope }) => `${slug}:${action}${scan_scope ? `(${scan_scope})` : ""}`,
    ),
    ...(content_filters ?? []).map((filter) => `/${filter.pattern}/:${filter.action}`),
  ];
}

/** Returns the first entries of a list and how many more there are; or_guardrail_get shows all. */
function preview(list: string[] | null | undefined, max = 3): string[] | undefined {
  if (!list || list.length <= max) return list ?? undefined;
  return [...list.slice(0, max), `+${list.length - max}`];
}

const list = defineTool({
  name: "or_guardrails_list",
  group: "guardrails",
  title: "List guardrails",
  description:
    "Lists guardrails of all workspaces (USD limits, lists, ZDR, filters) and workspace budgets. A guardrail applies only once assigned (or_guardrails_assignments); a workspace's default guardrail (default_of) applies to the rest. 50 rows by default.",
  input: { offset, limit: rowLimit(1000) },
  run: async ({ offset = 0, limit = 50 }, { client, signal }) => {
    const [{ guardrails, workspaces, ...coverage }, budgets] = await Promise.all([
      listAllGuardrails(client, { signal }),
      offset === 0 && budgetsText(client, { signal }),
    ]);
    const { rows, note } = paginate(guardrails, offset, limit);
    const slug = new Map(workspaces?.map((workspace) => [workspace.id, workspace.slug]));
    const { ownerSlug, notes } = describeDefaultGuardrails(guardrails, workspaces);
    return joinLines(
      `${guardrails.length} guardrails in ${workspaceText(workspaces)}; limits in USD. ${note}`,
      omittedText(coverage),
      offset === 0 && notes,
      budgets,
      table(
        [
          ["id", (guardrail) => guardrail.id],
          ["name", (guardrail) => guardrail.name],
          ["workspace", (guardrail) => slug.get(guardrail.workspace_id ?? "") ?? guardrail.workspace_id],
          ["default_of", ownerSlug],
          ["limit_usd", (guardrail) => guardrail.limit_usd],
          ["reset_interval", (guardrail) => guardrail.reset_interval],
          ["zdr", zdrProviders],
          ["allowed_providers", (guardrail) => preview(guardrail.allowed_providers)],
          ["ignored_providers", (guardrail) => preview(guardrail.ignored_providers)],
          ["allowed_models", (guardrail) => preview(guardrail.allowed_models)],
          ["ignored_models", (guardrail) => preview(guardrail.ignored_models)],
          ["allowed_data_regions", (guardrail) => guardrail.allowed_data_regions],
          ["content_filters", (guardrail) => preview(contentFilters(guardrail))],
        ],
        rows,
      ),
    );
  },
});

const get = defineTool({
  name: "or_guardrail_get",
  group: "guardrails",
  title: "Get guardrail",
  description:
    "Gets details of one guardrail: all settings, USD limit, full lists, and the number of assigned keys and members.",
  input: { id: guardrailId },
  run: async ({ id }, { client, signal }) => {
    const query = { guardrail_id: id, limit: 1 };
    const [guardrail, keys, members, search] = await Promise.all([
      catchNotFound(getGuardrail(client, id, { signal })),
      catchNotFound(listKeyAssignmentsPage(client, query, { signal })),
      catchNotFound(listMemberAssignmentsPage(client, query, { signal })),
      findDefaultGuardrail(client, id, { signal }),
    ]);
    if (guardrail instanceof NotFoundError) return unconfiguredTextOrThrow(id, search, guardrail);
    const count = (page: typeof keys | typeof members) =>
      (page instanceof NotFoundError ? undefined : page.total_count) ?? "unknown";
    return joinLines(
      guardrailFields(guardrail),
      `assigned: ${count(keys)} keys, ${count(members)} members`,
      search.workspace && `This is ${defaultGuardrailText(search.workspace)}.`,
    );
  },
});

/** Resolves with the value, or with the error of a 404. */
function catchNotFound<T>(value: Promise<T>): Promise<T | NotFoundError> {
  return value.catch((error: unknown) => {
    if (error instanceof NotFoundError) return error;
    throw error;
  });
}

/** Explains a default guardrail that is not configured yet, which is not an error. @throws NotFoundError for any other id */
function unconfiguredTextOrThrow(
  id: string,
  { workspace, workspacesKnown }: DefaultGuardrailSearch,
  error: NotFoundError,
): string {
  if (workspace) return unconfiguredText(id, workspace);
  if (workspacesKnown) throw error;
  throw error.withNextStep(
    "Check the id. It may also be a default guardrail that is not configured yet: the workspaces could not be listed.",
  );
}

/** Formats every field of a guardrail. Each content filter is a line, with its pattern last, as that may contain separators. */
export function guardrailFields({ content_filters, content_filter_builtins, ...others }: Guardrail): string {
  const custom = (content_filters ?? []).map(({ pattern, ...filter }) => ({ ...filter, pattern }));
  return joinLines(
    fieldLines(others),
    ...(content_filter_builtins ?? []).map((filter) => `content_filter_builtins: ${inlineFields(filter)}`),
    ...custom.map((filter) => `content_filters: ${inlineFields(filter)}`),
    !custom.length && !content_filter_builtins?.length && "content filters: none",
  );
}

const inlineFields = (object: Record<string, unknown>) =>
  Object.entries(object)
    .map(([field, value]) => `${field}=${cell(value, FIELD_LIMITS)}`)
    .join(" ");

const assignments = defineTool({
  name: "or_guardrails_assignments",
  group: "guardrails",
  title: "List guardrail assignments",
  description:
    "Lists who is bound by which guardrail: the keys and members it is assigned to. A workspace's default guardrail applies to the rest. 50 rows by default.",
  input: { id: guardrailId.optional().describe("only this guardrail"), offset, limit: rowLimit(1000) },
  run: async ({ id, offset = 0, limit = 50 }, { client, signal }) => {
    const [keys, members, search] = await Promise.all([
      catchNotFound(assignedKeys(client, id, { signal })),
      catchNotFound(assignedMembers(client, id, { signal })),
      id ? findDefaultGuardrail(client, id, { signal }) : undefined,
    ]);
    if (keys instanceof NotFoundError || members instanceof NotFoundError) {
      const error = keys instanceof NotFoundError ? keys : (members as NotFoundError);
      if (!id || !search) throw error;
      return unconfiguredTextOrThrow(id, search, error);
    }
    const assigned = [
      ...keys.data.map((item) => ({
        guardrail: item.guardrail_id,
        kind: "key",
        id: item.key_hash,
        name: item.key_name,
      })),
      ...members.data.map((item) => ({
        guardrail: item.guardrail_id,
        kind: "member",
        id: item.user_id,
        name: undefined,
      })),
    ].sort((a, b) => a.guardrail.localeCompare(b.guardrail));
    const { rows, note } = paginate(assigned, offset, limit);
    return joinLines(
      `${keys.data.length} keys and ${members.data.length} members are assigned to ${new Set(assigned.map((row) => row.guardrail)).size} guardrails. ${note}`,
      unreadableText(joinUnreadable([keys, members])),
      search?.workspace
        ? `This is ${defaultGuardrailText(search.workspace)}.`
        : "Keys and members without an assignment get the default guardrail of their workspace (default_of in or_guardrails_list).",
      table(
        [
          ["guardrail_id", (row) => row.guardrail],
          ["kind", (row) => row.kind],
          ["key_hash or user_id", (row) => row.id],
          ["key_name", (row) => row.name],
        ],
        rows,
      ),
    );
  },
});

function assignedKeys(client: Client, guardrail_id: string | undefined, options: RequestOptions) {
  return collectCounted(
    (query) => listKeyAssignmentsPage(client, { ...query, guardrail_id }, options),
    (item) => `${item.guardrail_id} ${item.key_hash}`,
  );
}

function assignedMembers(client: Client, guardrail_id: string | undefined, options: RequestOptions) {
  return collectCounted(
    (query) => listMemberAssignmentsPage(client, { ...query, guardrail_id }, options),
    (item) => `${item.guardrail_id} ${item.user_id}`,
  );
}

export const guardrailTools = [list, get, assignments];
