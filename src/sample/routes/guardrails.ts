import { randomUUID } from "node:crypto";
import { badRequest, notFound } from "../errors.ts";
import type { Context, Route } from "../route.ts";
import type { GuardrailRecord } from "../state.ts";
import { boolean, list, nullable, number, object, oneOf, pageParameters, string, takePage, uuid } from "../validate.ts";

const names = nullable(list(string({ min: 1 }), { min: 1 }));
const flag = nullable(boolean);
const action = oneOf("redact", "block", "flag");

const fields = {
  name: string({ min: 1, max: 200 }),
  description: nullable(string({ max: 1000 })),
  limit_usd: nullable(number({ min: 0 })),
  reset_interval: nullable(oneOf("daily", "weekly", "monthly")),
  allowed_providers: names,
  ignored_providers: names,
  allowed_models: names,
  ignored_models: names,
  allowed_data_regions: nullable(list(oneOf("global", "europe", "us"), { min: 1 })),
  enforce_zdr: flag,
  enforce_zdr_anthropic: flag,
  enforce_zdr_openai: flag,
  enforce_zdr_google: flag,
  enforce_zdr_xai: flag,
  enforce_zdr_other: flag,
  enable_free_model_publication: flag,
  enable_free_model_training: flag,
  enable_paid_model_training: flag,
  include_byok_in_budgets: boolean,
  content_filters: nullable(
    list(object({ action, pattern: string({ min: 1 }), label: nullable(string({ max: 100 })) }, ["action", "pattern"])),
  ),
  content_filter_builtins: nullable(
    list(
      object(
        {
          action,
          slug: oneOf(
            "email",
            "phone",
            "ssn",
            "credit-card",
            "ip-address",
            "secrets",
            "person-name",
            "address",
            "regex-prompt-injection",
          ),
          label: string({ max: 100 }),
          scan_scope: oneOf("user_only", "all_messages"),
        },
        ["action", "slug"],
      ),
    ),
  ),
};

export const guardrailRoutes: Route[] = [
  {
    method: "GET",
    path: "/guardrails",
    query: { ...pageParameters, workspace_id: uuid },
    handle({ state, query }) {
      const workspace = resolveWorkspaceId(state, query.workspace_id as string | undefined);
      return takePage(
        [...state.guardrails.values()].filter(({ workspace_id }) => workspace_id === workspace),
        query,
      );
    },
  },
  {
    method: "POST",
    path: "/guardrails",
    status: 201,
    body: object({ ...fields, workspace_id: uuid }, ["name"]),
    handle: create,
  },
  { method: "GET", path: "/guardrails/:id", handle: (context) => ({ data: findGuardrail(context) }) },
  { method: "PATCH", path: "/guardrails/:id", body: object(fields), handle: update },
  { method: "DELETE", path: "/guardrails/:id", handle: remove },
];

/** Creates a guardrail with no settings except the given ones. */
export function createGuardrailRecord(
  given: Partial<GuardrailRecord> & Pick<GuardrailRecord, "id" | "name" | "created_at" | "workspace_id">,
): GuardrailRecord {
  return {
    description: null,
    limit_usd: null,
    reset_interval: null,
    allowed_providers: null,
    ignored_providers: null,
    allowed_models: null,
    ignored_models: null,
    allowed_data_regions: null,
    enforce_zdr: null,
    enforce_zdr_anthropic: null,
    enforce_zdr_openai: null,
    enforce_zdr_google: null,
    enforce_zdr_xai: null,
    enforce_zdr_other: null,
    enable_free_model_publication: null,
    enable_free_model_training: null,
    enable_paid_model_training: null,
    content_filters: null,
    content_filter_builtins: null,
    include_byok_in_budgets: false,
    updated_at: null,
    ...given,
  };
}

/** Finds the path's guardrail. @throws ApiError 404 */
export function findGuardrail({ state, params }: Context): GuardrailRecord {
  uuid(params.id, "id");
  const guardrail = state.guardrails.get(params.id!);
  if (!guardrail) throw notFound("Guardrail not found");
  return guardrail;
}

/** @throws ApiError 400 if only one of the two is set */
function checkLimit({ limit_usd, reset_interval }: Partial<GuardrailRecord>): void {
  if ((limit_usd == null) !== (reset_interval == null))
    throw badRequest("limit_usd and reset_interval must be provided together");
}

/** Finds the path's guardrail; creates a default guardrail at its first PATCH. */
function findOrMaterialize(context: Context): GuardrailRecord {
  const { state, params, now } = context;
  const workspace = findDefaultOwner(context);
  if (!workspace || state.guardrails.has(params.id!)) return findGuardrail(context);
  return createGuardrailRecord({
    id: workspace.default_guardrail_id,
    name: `Workspace ${workspace.id} Default`,
    workspace_id: workspace.id,
    created_at: new Date(now).toISOString(),
  });
}

/** Finds the workspace whose default guardrail is the path's. */
const findDefaultOwner = ({ state, params }: Context) =>
  state.workspaces.find(({ default_guardrail_id }) => default_guardrail_id === params.id);

function create({ state, body, now }: Context) {
  const given = body as Partial<GuardrailRecord> & { name: string };
  checkLimit(given);
  const guardrail = createGuardrailRecord({
    ...spreadZdr(given),
    name: given.name,
    workspace_id: resolveWorkspaceId(state, given.workspace_id),
    id: randomUUID(),
    created_at: new Date(now).toISOString(),
  });
  state.guardrails.set(guardrail.id, guardrail);
  return { data: guardrail };
}

function update(context: Context) {
  const guardrail = findOrMaterialize(context);
  const changes = spreadZdr(context.body as Partial<GuardrailRecord>);
  checkLimit({ ...guardrail, ...changes });
  Object.assign(guardrail, changes);
  guardrail.updated_at = new Date(context.now).toISOString();
  context.state.guardrails.set(guardrail.id, guardrail);
  return { data: guardrail };
}

function remove(context: Context) {
  const { state } = context;
  if (findDefaultOwner(context)) throw badRequest("The default guardrail of a workspace cannot be deleted");
  const { id } = findGuardrail(context);
  state.guardrails.delete(id);
  state.keyAssignments = state.keyAssignments.filter(({ guardrail_id }) => guardrail_id !== id);
  state.memberAssignments = state.memberAssignments.filter(({ guardrail_id }) => guardrail_id !== id);
  return { deleted: true };
}

/** Copies the deprecated `enforce_zdr` to the per-provider fields that were not given. */
function spreadZdr(given: Partial<GuardrailRecord>): Partial<GuardrailRecord> {
  const { enforce_zdr: all } = given;
  if (all === undefined) return given;
  return {
    enforce_zdr_anthropic: all,
    enforce_zdr_openai: all,
    enforce_zdr_google: all,
    enforce_zdr_xai: all,
    enforce_zdr_other: all,
    ...given,
  };
}

function resolveWorkspaceId(state: Context["state"], id = state.defaultWorkspaceId): string {
  if (!state.workspaces.some((workspace) => workspace.id === id)) {
    throw badRequest("Invalid workspace_id: workspace not found");
  }
  return id;
}
