import { commandIds } from "../platform/ids.ts";
import type { CommandHandler } from "../platform/wing.ts";
import type { SafetyCommand } from "./commandNames.ts";
import type { SafetyServices } from "./services.ts";

/** Command handlers by id; each flow is loaded on first use. */
export function safetyCommands(services: SafetyServices): Record<SafetyCommand, CommandHandler> {
  const { view } = services;
  const exports = () => import("./exports.ts");
  return {
    [commandIds.refreshSafety]: () => view.refresh(),
    [commandIds.filterSafety]: async () => (await import("./pickFilter.ts")).pickFilter(services),
    [commandIds.clearSafetyFilter]: async () => (await view.model()).setFilter({}),
    [commandIds.showMoreFindings]: async (groupId) => (await view.model()).showMore(String(groupId)),
    [commandIds.showKey]: async (node) => (await import("./showKey.ts")).showKey(services, node),
    [commandIds.addSafetyException]: async (node, selection) =>
      (await import("./policy/addException.ts")).addException(services, node, selection),
    [commandIds.openPolicy]: async () => (await import("./policy/openPolicy.ts")).openPolicy(services),
    [commandIds.exportFindings]: async () => (await exports()).exportFindings(services),
    [commandIds.copyOwnerList]: async () => (await exports()).copyOwnerList(services),
  };
}
