import { commandIds } from "../platform/ids.ts";
import type { Wing } from "../platform/wing.ts";
import type { GuardrailServices } from "./services.ts";

/** Command handlers by id; each flow is loaded on first use, not at activation. */
export function guardrailCommands(services: GuardrailServices): NonNullable<Wing["commands"]> {
  const lists = () => import("./lists/pickLists.ts");
  const assignments = () => import("./assign/assign.ts");
  const unassignments = () => import("./assign/unassign.ts");

  return {
    [commandIds.refreshGuardrails]: () => services.view.refresh(),
    [commandIds.createGuardrail]: async () => (await import("./create.ts")).createGuardrail(services),
    [commandIds.filterGuardrails]: async () => (await import("./filterGuardrails.ts")).filterGuardrails(services.view),
    [commandIds.clearGuardrailFilter]: () => services.view.setFilter(""),
    [commandIds.editGuardrailLimit]: async (node) =>
      (await import("./editLimit.ts")).editGuardrailLimit(services, node),
    [commandIds.pickGuardrailModels]: async (node) => (await lists()).pickGuardrailModels(services, node),
    [commandIds.pickGuardrailProviders]: async (node) => (await lists()).pickGuardrailProviders(services, node),
    [commandIds.assignGuardrailKeys]: async (node) => (await assignments()).assignGuardrailKeys(services, node),
    [commandIds.assignGuardrailMembers]: async (node) => (await assignments()).assignGuardrailMembers(services, node),
    [commandIds.unassignGuardrailKeys]: async (node) => (await unassignments()).unassignGuardrailKeys(services, node),
    [commandIds.unassignGuardrailMembers]: async (node) =>
      (await unassignments()).unassignGuardrailMembers(services, node),
    [commandIds.assignGuardrailToKey]: async (node) =>
      (await import("./assign/assignToKey.ts")).assignGuardrailToKey(services, node),
    [commandIds.assignGuardrailToMember]: async (node) =>
      (await import("./assign/assignToMember.ts")).assignGuardrailToMember(services, node),
    [commandIds.editGuardrailJson]: async (node) =>
      (await import("./document/openDocument.ts")).editGuardrailJson(services, node),
    [commandIds.setWorkspaceBudget]: async (node) =>
      (await import("./budgets/setBudget.ts")).setWorkspaceBudget(services, node),
    [commandIds.removeWorkspaceBudget]: async (node) =>
      (await import("./budgets/removeBudget.ts")).removeWorkspaceBudget(services, node),
    [commandIds.deleteGuardrail]: async (node) => (await import("./delete.ts")).deleteGuardrail(services, node),
  };
}
