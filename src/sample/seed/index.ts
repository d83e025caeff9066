import type { Ids } from "../random.ts";
import type { KeyRecord, SampleState } from "../state.ts";
import { latestGenerations } from "./generations.ts";
import { addGuardrails } from "./guardrails.ts";
import { addKeys } from "./keys.ts";
import { buildCatalog } from "./models.ts";
import { buildMembers, buildWorkspaces, workspaceId } from "./people.ts";
import { spike } from "./profiles.ts";
import { providers } from "./providers.ts";

/**
 * Creates the account of a small company.
 * @returns its state, and the record of the inference key
 */
export function createState(options: { now: number; ids: Ids; personal: boolean; keys: number }): {
  state: SampleState;
  inferenceKey: KeyRecord;
} {
  const { now, ids, personal, keys } = options;
  const { models, endpoints, offers } = buildCatalog(now, ids);
  const state: SampleState = {
    organizationId: personal ? null : `org_2sample${ids.hash("organization").slice(0, 20)}`,
    totalCredits: 0,
    defaultWorkspaceId: workspaceId(ids, "Production"),
    keys: new Map(),
    deletedKeys: new Map(),
    ledger: [],
    ledgerByKey: new Map(),
    guardrails: new Map(),
    keyAssignments: [],
    memberAssignments: [],
    members: buildMembers(ids).slice(0, personal ? 1 : undefined),
    workspaces: buildWorkspaces(ids, now),
    providers,
    models,
    endpoints,
    generations: [],
  };
  const inferenceKey = addKeys(state, keys, { ids, offers, now });
  addGuardrails(state, ids, now);
  state.generations = latestGenerations(state, spike.model);
  return { state, inferenceKey };
}
