// Operations on guardrails and their assignments, of the official SDK and of our client.
import * as api from "../../src/openrouter/index.ts";
import { guardrail, hash, type Operation, user, workspace } from "./operation.ts";

export const guardrails: Operation[] = [
  {
    name: "listGuardrailsPage",
    sdk: (s, a) => s.guardrails.list({ offset: 1, limit: 2, workspaceId: workspace(a) }),
    ours: (c, a) => api.listGuardrailsPage(c, { offset: 1, limit: 2, workspace_id: workspace(a) }),
  },
  {
    name: "getGuardrail",
    sdk: (s, a) => s.guardrails.get({ id: guardrail(a) }),
    ours: (c, a) => api.getGuardrail(c, guardrail(a)),
  },
  {
    name: "createGuardrail",
    sdk: (s, a) =>
      s.guardrails.create({
        createGuardrailRequest: {
          name: "new",
          description: "why",
          limitUsd: 7.25,
          resetInterval: "monthly",
          allowedProviders: ["openai"],
          ignoredModels: ["openai/o3"],
          enforceZdr: true,
          enforceZdrXai: false,
          workspaceId: workspace(a, 1),
        },
      }),
    ours: (c, a) =>
      api.createGuardrail(c, {
        name: "new",
        description: "why",
        limit_usd: 7.25,
        reset_interval: "monthly",
        allowed_providers: ["openai"],
        ignored_models: ["openai/o3"],
        enforce_zdr: true,
        enforce_zdr_xai: false,
        workspace_id: workspace(a, 1),
      }),
  },
  {
    name: "updateGuardrail",
    sdk: (s, a) =>
      s.guardrails.update({
        id: guardrail(a),
        updateGuardrailRequest: {
          description: null,
          limitUsd: null,
          resetInterval: null,
          allowedModels: ["openai/o3"],
          ignoredProviders: null,
          enforceZdrOther: null,
        },
      }),
    ours: (c, a) =>
      api.updateGuardrail(c, guardrail(a), {
        description: null,
        limit_usd: null,
        reset_interval: null,
        allowed_models: ["openai/o3"],
        ignored_providers: null,
        enforce_zdr_other: null,
      }),
  },
  {
    name: "updateGuardrail, regions and filters",
    sdk: (s, a) =>
      s.guardrails.update({
        id: guardrail(a),
        updateGuardrailRequest: {
          allowedDataRegions: ["europe", "us"],
          contentFilters: [{ pattern: "BL-[0-9]+", action: "flag" }],
          contentFilterBuiltins: [
            { slug: "secrets", action: "block" },
            { slug: "regex-prompt-injection", action: "flag", scanScope: "user_only" },
          ],
        },
      }),
    ours: (c, a) =>
      api.updateGuardrail(c, guardrail(a), {
        allowed_data_regions: ["europe", "us"],
        content_filters: [{ pattern: "BL-[0-9]+", action: "flag" }],
        content_filter_builtins: [
          { slug: "secrets", action: "block" },
          { slug: "regex-prompt-injection", action: "flag", scan_scope: "user_only" },
        ],
      }),
  },
  {
    name: "deleteGuardrail",
    sdk: (s, a) => s.guardrails.delete({ id: guardrail(a) }),
    ours: (c, a) => api.deleteGuardrail(c, guardrail(a)),
  },
];

export const assignments: Operation[] = [
  {
    name: "listKeyAssignmentsPage",
    sdk: (s) => s.guardrails.listKeyAssignments({ offset: 0, limit: 100 }),
    ours: (c) => api.listKeyAssignmentsPage(c, { offset: 0, limit: 100 }),
  },
  {
    name: "listKeyAssignmentsPage, one guardrail",
    sdk: (s, a) => s.guardrails.listGuardrailKeyAssignments({ id: guardrail(a), offset: 1, limit: 5 }),
    ours: (c, a) => api.listKeyAssignmentsPage(c, { guardrail_id: guardrail(a), offset: 1, limit: 5 }),
  },
  {
    name: "listMemberAssignmentsPage",
    sdk: (s) => s.guardrails.listMemberAssignments({ offset: 0, limit: 100 }),
    ours: (c) => api.listMemberAssignmentsPage(c, { offset: 0, limit: 100 }),
  },
  {
    name: "listMemberAssignmentsPage, one guardrail",
    sdk: (s, a) => s.guardrails.listGuardrailMemberAssignments({ id: guardrail(a), offset: 0, limit: 5 }),
    ours: (c, a) => api.listMemberAssignmentsPage(c, { guardrail_id: guardrail(a), offset: 0, limit: 5 }),
  },
  {
    name: "assignKeys",
    sdk: (s, a) =>
      s.guardrails.bulkAssignKeys({ id: guardrail(a), bulkAssignKeysRequest: { keyHashes: [hash(a), hash(a, 1)] } }),
    ours: (c, a) => api.assignKeys(c, guardrail(a), [hash(a), hash(a, 1)]),
  },
  {
    name: "unassignKeys",
    sdk: (s, a) =>
      s.guardrails.bulkUnassignKeys({ id: guardrail(a), bulkUnassignKeysRequest: { keyHashes: [hash(a)] } }),
    ours: (c, a) => api.unassignKeys(c, guardrail(a), [hash(a)]),
  },
  {
    name: "assignMembers",
    sdk: (s, a) =>
      s.guardrails.bulkAssignMembers({ id: guardrail(a), bulkAssignMembersRequest: { memberUserIds: [user(a)] } }),
    ours: (c, a) => api.assignMembers(c, guardrail(a), [user(a)]),
  },
  {
    name: "unassignMembers",
    sdk: (s, a) =>
      s.guardrails.bulkUnassignMembers({ id: guardrail(a), bulkUnassignMembersRequest: { memberUserIds: [user(a)] } }),
    ours: (c, a) => api.unassignMembers(c, guardrail(a), [user(a)]),
  },
];
