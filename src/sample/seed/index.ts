import type { KeyRecord, SampleState } from "../state.ts";
import { buildGenerations } from "./generations.ts";
import { addGuardrails } from "./guardrails.ts";
import { addKeys } from "./keys.ts";
import { buildCatalog } from "./models.ts";
import { buildWorkspaces, members, workspaceId } from "./people.ts";
import { spike } from "./profiles.ts";
import { providers } from "./providers.ts";

/**
 * Creates the account of a small company.
 * @returns its state, and the record of the inference key
 */
export function createState(options: { now: number; personal: boolean; keys: number }): {
  state: SampleState;
  inferenceKey: KeyRecord;
} {
  const { now, personal, keys } = options;
  const { models, endpoints, offers } = buildCatalog(now);
  const state: SampleState = {
    organizationId: personal ? null : "org_2sampleBrightleaf",
    totalCredits: 0,
    defaultWorkspaceId: workspaceId("Production"),
    keys: new Map(),
    deletedKeys: new Map(),
    ledger: [],
    ledgerByKey: new Map(),
    guardrails: new Map(),
    keyAssignments: [],
    memberAssignments: [],
    members: personal ? members.slice(0, 1) : structuredClone(members),
    workspaces: buildWorkspaces(now),
    providers,
    models,
    endpoints,
    generations: [],
  };
  const inferenceKey = addKeys(state, keys, offers, now);
  addGuardrails(state, now);
  state.generations = buildGenerations(state.ledger, spike.model);
  return { state, inferenceKey };
}
