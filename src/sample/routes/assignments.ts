import { notFound } from "../errors.ts";
import { uuidFrom } from "../random.ts";
import type { Context, Route } from "../route.ts";
import type { AssignmentRecord, SampleState } from "../state.ts";
import { list, object, pageParameters, string, takePage } from "../validate.ts";
import { findGuardrail } from "./guardrails.ts";

/** The differences between assignments to keys and to members. */
interface AssignmentKind {
  path: string;
  field: string;
  store: "keyAssignments" | "memberAssignments";
  exists(state: SampleState, target: string): boolean;
  describe(state: SampleState, target: string): Record<string, unknown>;
}

const kinds: AssignmentKind[] = [
  {
    path: "keys",
    field: "key_hashes",
    store: "keyAssignments",
    exists: (state, hash) => state.keys.has(hash),
    describe(state, hash) {
      const key = state.keys.get(hash);
      return { key_hash: hash, key_name: key?.name ?? "", key_label: key?.label ?? "" };
    },
  },
  {
    path: "members",
    field: "member_user_ids",
    store: "memberAssignments",
    exists: (state, id) => state.organizationId !== null && state.members.some((member) => member.id === id),
    describe: (state, id) => ({ user_id: id, organization_id: state.organizationId ?? "" }),
  },
];

export const assignmentRoutes: Route[] = kinds.flatMap((kind): Route[] => {
  const { path, field, store } = kind;
  const body = object({ [field]: list(string({ min: 1 }), { min: 1 }) }, [field]);
  const targets = (context: Context) => [...new Set((context.body as Record<string, string[]>)[field])];
  const toResponse = (state: SampleState, { target, ...assignment }: AssignmentRecord) => ({
    ...assignment,
    ...kind.describe(state, target),
  });
  return [
    {
      method: "GET",
      path: `/guardrails/assignments/${path}`,
      query: pageParameters,
      handle({ state, query }) {
        const { data, total_count } = takePage(state[store], query);
        return { data: data.map((assignment) => toResponse(state, assignment)), total_count };
      },
    },
    {
      method: "GET",
      path: `/guardrails/:id/assignments/${path}`,
      query: pageParameters,
      handle(context) {
        const { state, query } = context;
        const { id } = findGuardrail(context);
        const { data, total_count } = takePage(
          state[store].filter(({ guardrail_id }) => guardrail_id === id),
          query,
        );
        return { data: data.map((assignment) => toResponse(state, assignment)), total_count };
      },
    },
    {
      method: "POST",
      path: `/guardrails/:id/assignments/${path}`,
      body,
      handle(context) {
        const { state } = context;
        const { id } = findGuardrail(context);
        const given = targets(context);
        for (const target of given) {
          if (!kind.exists(state, target)) throw notFound(`Not found in ${field}: ${target}`);
        }
        const assigned = new Set(
          state[store].filter(({ guardrail_id }) => guardrail_id === id).map(({ target }) => target),
        );
        const added = given.filter((target) => !assigned.has(target));
        assign(state, store, id, added, context.now);
        return { assigned_count: added.length };
      },
    },
    {
      method: "POST",
      path: `/guardrails/:id/assignments/${path}/remove`,
      body,
      handle(context) {
        const { state } = context;
        const { id } = findGuardrail(context);
        const given = new Set(targets(context));
        const before = state[store].length;
        state[store] = state[store].filter(({ guardrail_id, target }) => guardrail_id !== id || !given.has(target));
        return { unassigned_count: before - state[store].length };
      },
    },
  ];
});

/** Assigns a guardrail to keys or members, replacing their previous one. */
export function assign(
  state: SampleState,
  store: AssignmentKind["store"],
  guardrail: string,
  targets: string[],
  now: number,
) {
  const reassigned = new Set(targets);
  state[store] = [
    ...state[store].filter(({ target }) => !reassigned.has(target)),
    ...targets.map((target) => ({
      id: uuidFrom(`${guardrail} ${target} ${now}`),
      guardrail_id: guardrail,
      target,
      assigned_by: state.members[0]?.id ?? null,
      created_at: new Date(now).toISOString(),
    })),
  ];
}
