// Every operation of our client and the same operation of the official SDK, with the same arguments.
import * as api from "../../src/openrouter/index.ts";
import type { SampleAccount } from "../../src/sample/index.ts";
import { FIRST_DAY } from "../support/sdk.ts";
import { assignments, guardrails } from "./guardrailOperations.ts";
import { hash, type Operation, user, workspace } from "./operation.ts";

const generation = (account: SampleAccount): string => account.state.generations[0]!.id;
const day = (account: SampleAccount): string => account.state.ledger.find((row) => row.day >= FIRST_DAY)!.day;

const expiry = "2031-05-06T07:08:09.000Z";
const range = { start: "2026-06-09T00:00:00.000Z", end: "2026-06-10T12:00:00.000Z" };

const account: Operation[] = [
  { name: "getCredits", sdk: (s) => s.credits.getCredits(), ours: (c) => api.getCredits(c) },
  { name: "getCurrentKey", sdk: (s) => s.apiKeys.getCurrentKeyMetadata(), ours: (c) => api.getCurrentKey(c) },
  {
    name: "listMembersPage",
    sdk: (s) => s.organization.listMembers({ offset: 1, limit: 3 }),
    ours: (c) => api.listMembersPage(c, { offset: 1, limit: 3 }),
  },
  {
    name: "listWorkspacesPage",
    sdk: (s) => s.workspaces.list({ offset: 0, limit: 100 }),
    ours: (c) => api.listWorkspacesPage(c, { offset: 0, limit: 100 }),
  },
  {
    name: "listWorkspaceBudgets",
    sdk: (s, a) => s.workspaces.listBudgets({ workspaceRef: workspace(a) }),
    ours: (c, a) => api.listWorkspaceBudgets(c, workspace(a)),
  },
  {
    name: "listWorkspaceBudgets, by slug",
    sdk: (s, a) => s.workspaces.listBudgets({ workspaceRef: a.state.workspaces[1]!.slug }),
    ours: (c, a) => api.listWorkspaceBudgets(c, a.state.workspaces[1]!.slug),
  },
  {
    name: "setWorkspaceBudget",
    sdk: (s, a) =>
      s.workspaces.setBudget({
        workspaceRef: workspace(a),
        interval: "weekly",
        upsertWorkspaceBudgetRequest: { limitUsd: 600.5 },
      }),
    ours: (c, a) => api.setWorkspaceBudget(c, workspace(a), { interval: "weekly", limit_usd: 600.5 }),
  },
  {
    name: "deleteWorkspaceBudget",
    sdk: (s, a) => s.workspaces.deleteBudget({ workspaceRef: workspace(a), interval: "lifetime" }),
    ours: (c, a) => api.deleteWorkspaceBudget(c, workspace(a), "lifetime"),
  },
  { name: "listProviders", sdk: (s) => s.providers.list(), ours: (c) => api.listProviders(c) },
  {
    name: "getGeneration",
    sdk: (s, a) => s.generations.getGeneration({ id: generation(a) }),
    ours: (c, a) => api.getGeneration(c, generation(a)),
  },
];

const keys: Operation[] = [
  { name: "listKeysPage, without parameters", sdk: (s) => s.apiKeys.list(), ours: (c) => api.listKeysPage(c) },
  {
    name: "listKeysPage",
    sdk: (s, a) => s.apiKeys.list({ offset: 2, includeDisabled: true, workspaceId: workspace(a, 1) }),
    ours: (c, a) => api.listKeysPage(c, { offset: 2, include_disabled: true, workspace_id: workspace(a, 1) }),
  },
  {
    name: "listKeysPage, with expired keys",
    newerParameters: { include_expired: "true" },
    sdk: (s) => s.apiKeys.list({ includeDisabled: true }),
    ours: (c) => api.listKeysPage(c, { include_disabled: true, include_expired: true }),
  },
  {
    name: "getKey",
    sdk: (s, a) => s.apiKeys.get({ hash: hash(a) }),
    ours: (c, a) => api.getKey(c, hash(a)),
  },
  {
    name: "createKey",
    sdk: (s, a) =>
      s.apiKeys.create({
        requestBody: {
          name: "new 🗝️",
          limit: 12.5,
          limitReset: "weekly",
          expiresAt: new Date(expiry),
          includeByokInLimit: true,
          workspaceId: workspace(a, 1),
          creatorUserId: user(a, 2),
        },
      }),
    ours: (c, a) =>
      api.createKey(c, {
        name: "new 🗝️",
        limit: 12.5,
        limit_reset: "weekly",
        expires_at: expiry,
        include_byok_in_limit: true,
        workspace_id: workspace(a, 1),
        creator_user_id: user(a, 2),
      }),
  },
  {
    name: "createKey, without limits",
    sdk: (s) => s.apiKeys.create({ requestBody: { name: "free", limit: null, limitReset: null, expiresAt: null } }),
    ours: (c) => api.createKey(c, { name: "free", limit: null, limit_reset: null, expires_at: null }),
  },
  {
    name: "updateKey",
    sdk: (s, a) =>
      s.apiKeys.update({
        hash: hash(a),
        requestBody: { name: "renamed", disabled: true, limit: 3, limitReset: null, includeByokInLimit: false },
      }),
    ours: (c, a) =>
      api.updateKey(c, hash(a), {
        name: "renamed",
        disabled: true,
        limit: 3,
        limit_reset: null,
        include_byok_in_limit: false,
      }),
  },
  {
    name: "deleteKey",
    sdk: (s, a) => s.apiKeys.delete({ hash: hash(a) }),
    ours: (c, a) => api.deleteKey(c, hash(a)),
  },
];

const usage: Operation[] = [
  {
    name: "getActivity, without parameters",
    sdk: (s) => s.analytics.getUserActivity(),
    ours: (c) => api.getActivity(c),
  },
  {
    name: "getActivity",
    sdk: (s, a) =>
      s.analytics.getUserActivity({
        date: day(a),
        apiKeyHash: hash(a),
        userId: user(a),
        workspaceId: workspace(a),
        groupBy: "workspace",
      }),
    ours: (c, a) =>
      api.getActivity(c, {
        date: day(a),
        api_key_hash: hash(a),
        user_id: user(a),
        workspace_id: workspace(a),
        group_by: "workspace",
      }),
  },
  {
    name: "getActivity, by workspace",
    sdk: (s) => s.analytics.getUserActivity({ groupBy: "workspace" }),
    ours: (c) => api.getActivity(c, { group_by: "workspace" }),
  },
  { name: "getAnalyticsMeta", sdk: (s) => s.analytics.getAnalyticsMeta(), ours: (c) => api.getAnalyticsMeta(c) },
  {
    name: "queryAnalytics",
    sdk: (s, a) =>
      s.analytics.queryAnalytics({
        requestBody: {
          metrics: ["total_usage", "request_count"],
          dimensions: ["model", "api_key_id"],
          granularity: "day",
          filters: [{ field: "api_key_id", operator: "in", value: [hash(a), hash(a, 1)] }],
          timeRange: { start: new Date(range.start), end: new Date(range.end) },
          orderBy: { field: "total_usage", direction: "desc" },
          limit: 20,
        },
      }),
    ours: (c, a) =>
      api.queryAnalytics(c, {
        metrics: ["total_usage", "request_count"],
        dimensions: ["model", "api_key_id"],
        granularity: "day",
        filters: [{ field: "api_key_id", operator: "in", value: [hash(a), hash(a, 1)] }],
        time_range: range,
        order_by: { field: "total_usage", direction: "desc" },
        limit: 20,
      }),
  },
  {
    name: "queryAnalytics, a total without keys and models",
    sdk: (s, a) =>
      s.analytics.queryAnalytics({
        requestBody: {
          metrics: ["total_usage"],
          filters: [
            { field: "api_key_id", operator: "not_in", value: [hash(a), 12345] },
            { field: "model", operator: "neq", value: "openai/gpt-5-20250807" },
          ],
          timeRange: { start: new Date(range.start), end: new Date(range.end) },
          limit: 10_000,
        },
      }),
    ours: (c, a) =>
      api.queryAnalytics(c, {
        metrics: ["total_usage"],
        filters: [
          { field: "api_key_id", operator: "not_in", value: [hash(a), 12345] },
          { field: "model", operator: "neq", value: "openai/gpt-5-20250807" },
        ],
        time_range: range,
        limit: 10_000,
      }),
  },
  {
    name: "queryAnalytics, one workspace by hour",
    sdk: (s, a) =>
      s.analytics.queryAnalytics({
        requestBody: {
          metrics: [
            "total_usage",
            "byok_usage",
            "request_count",
            "tokens_prompt",
            "tokens_completion",
            "reasoning_tokens",
          ],
          dimensions: ["model", "provider"],
          granularity: "hour",
          filters: [
            { field: "workspace", operator: "eq", value: workspace(a) },
            { field: "api_key_id", operator: "in", value: [hash(a), hash(a, 2)] },
          ],
          timeRange: { start: new Date(range.start), end: new Date(range.end) },
          limit: 10_000,
        },
      }),
    ours: (c, a) =>
      api.queryAnalytics(c, {
        metrics: [
          "total_usage",
          "byok_usage",
          "request_count",
          "tokens_prompt",
          "tokens_completion",
          "reasoning_tokens",
        ],
        dimensions: ["model", "provider"],
        granularity: "hour",
        filters: [
          { field: "workspace", operator: "eq", value: workspace(a) },
          { field: "api_key_id", operator: "in", value: [hash(a), hash(a, 2)] },
        ],
        time_range: range,
        limit: 10_000,
      }),
  },
];

const models: Operation[] = [
  { name: "listModels, without parameters", sdk: (s) => s.models.list(), ours: (c) => api.listModels(c) },
  {
    name: "listModels",
    sdkDefaults: { offset: "0", limit: "500" },
    sdk: (s) => s.models.list({ q: "gpt & 5", supportedParameters: "tools,reasoning", outputModalities: "all" }),
    ours: (c) => api.listModels(c, { q: "gpt & 5", supported_parameters: "tools,reasoning", output_modalities: "all" }),
  },
  {
    name: "listUserModels",
    sdk: (s, a) => s.models.listForUser({ bearer: a.key }),
    ours: (c) => api.listUserModels(c),
  },
  {
    name: "getModel, a variant",
    sdk: (s) => s.models.get({ author: "qwen", slug: "qwen3-coder:free" }),
    ours: (c) => api.getModel(c, "qwen", "qwen3-coder:free"),
  },
  {
    name: "listModelEndpoints",
    sdk: (s) => s.endpoints.list({ author: "qwen", slug: "qwen3-coder:free" }),
    ours: (c) => api.listModelEndpoints(c, "qwen", "qwen3-coder:free"),
  },
  { name: "listZdrEndpoints", sdk: (s) => s.endpoints.listZdrEndpoints(), ours: (c) => api.listZdrEndpoints(c) },
];

export const operations: Operation[] = [...account, ...keys, ...usage, ...models, ...guardrails, ...assignments];
