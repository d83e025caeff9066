import * as z from "zod";
import { NotAppliedError } from "../errors.ts";
import type { BudgetInterval } from "../guardrails/budgetOrder.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import { WorkspaceBudget, WorkspaceBudgets } from "../schemas.ts";
import { data } from "./envelopes.ts";
import { pathSegment } from "./pathSegment.ts";
import { readBackIfUnreadable, requireFields, requireGone, type WriteOptions } from "./readBack.ts";

const path = (workspace: string, interval?: BudgetInterval) =>
  `/workspaces/${pathSegment(workspace)}/budgets${interval ? `/${interval}` : ""}`;
const Deleted = z.looseObject({ deleted: z.literal(true) });

/** Lists a workspace's budgets, USD, and whether BYOK spend counts toward them. `GET /workspaces/{id}/budgets`. */
export function listWorkspaceBudgets(client: Client, workspace: string, options?: RequestOptions) {
  return client.request({ method: "GET", path: path(workspace), schema: WorkspaceBudgets }, options);
}

/** Returns one budget. `GET /workspaces/{id}/budgets/{interval}`. @throws NotFoundError if it isn't set */
async function getWorkspaceBudget(
  client: Client,
  workspace: string,
  interval: BudgetInterval,
  options?: RequestOptions,
): Promise<WorkspaceBudget> {
  const call = { method: "GET", path: path(workspace, interval), schema: data(WorkspaceBudget) } as const;
  return (await client.request(call, options)).data;
}

/**
 * Sets or replaces one budget, USD above 0. `PUT /workspaces/{id}/budgets/{interval}`, then a GET if the response can't be
 * read.
 */
export function setWorkspaceBudget(
  client: Client,
  workspace: string,
  { interval, limit_usd }: { interval: BudgetInterval; limit_usd: number },
  options?: WriteOptions,
): Promise<WorkspaceBudget> {
  const body = { limit_usd };
  const call = { method: "PUT", path: path(workspace, interval), body, schema: data(WorkspaceBudget) } as const;
  const write = client
    .request(call, options)
    .then((response) => requireFields(`PUT ${call.path}`, body, response.data));
  return readBackIfUnreadable(
    write,
    async (fresh) => {
      const now = await getWorkspaceBudget(client, workspace, interval, fresh);
      if (now.limit_usd === limit_usd) return now;
      throw new NotAppliedError(
        `OpenRouter accepted the ${interval} budget, but it is ${now.limit_usd} USD instead of ${limit_usd} USD.`,
        "Try again.",
      );
    },
    options,
  );
}

/**
 * Removes one budget. `DELETE /workspaces/{id}/budgets/{interval}`, then a GET if the response can't be read.
 * @throws NotFoundError if it isn't set; NotAppliedError if it still exists afterwards
 */
export async function deleteWorkspaceBudget(
  client: Client,
  workspace: string,
  interval: BudgetInterval,
  options?: WriteOptions,
): Promise<void> {
  const whenGone = { deleted: true } as const;
  const call = { method: "DELETE", path: path(workspace, interval), schema: Deleted, whenGone } as const;
  const write = client.request(call, options);
  const verify = (fresh: RequestOptions) =>
    requireGone(`the ${interval} budget`, getWorkspaceBudget(client, workspace, interval, fresh)).then(() => whenGone);
  await readBackIfUnreadable(write, verify, options);
}
