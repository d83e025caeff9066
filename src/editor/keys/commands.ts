import { commandIds } from "../platform/ids.ts";
import type { Wing } from "../platform/wing.ts";
import type { KeyServices } from "./services.ts";

/** Maps each key command to its flow. Flows are imported on first use, not when the extension activates. */
export function keyCommands(services: KeyServices): NonNullable<Wing["commands"]> {
  const { list } = services;
  const edit = () => import("./edit.ts");
  const copy = () => import("./copy.ts");
  const view = () => import("./filterAndSort.ts");
  const enable = () => import("./enable.ts");

  return {
    [commandIds.refreshKeys]: () => list.refresh(),
    [commandIds.createKey]: async () => (await import("./create.ts")).createKey(services),
    [commandIds.filterKeys]: async () => (await view()).filterKeys(list),
    [commandIds.clearKeyFilter]: () => list.setQuery({ filter: "" }),
    [commandIds.cancelFilter]: async () => (await import("../ui/filterBox.ts")).cancelFilter(),
    [commandIds.sortKeys]: async () => (await view()).chooseSort(list),
    [commandIds.showMoreKeys]: (groupId) => list.showMore(String(groupId)),
    [commandIds.showDisabledKeys]: () => list.setQuery({ showInactive: true }),
    [commandIds.hideDisabledKeys]: () => list.setQuery({ showInactive: false, pinned: new Set() }),
    [commandIds.disableKey]: async (node) => (await enable()).disableKey(services, node),
    [commandIds.enableKey]: async (node) => (await enable()).enableKey(services, node),
    [commandIds.editKeyLimit]: async (node) => (await edit()).editKeyLimit(services, node),
    [commandIds.renameKey]: async (node) => (await edit()).renameKey(services, node),
    [commandIds.changeKeyReset]: async (node) => (await edit()).changeKeyReset(services, node),
    [commandIds.copyKeyHash]: async (node) => (await copy()).copyKeyHash(services, node),
    [commandIds.copyKeyName]: async (node) => (await copy()).copyKeyName(services, node),
    [commandIds.handOverSecret]: async (node) => (await copy()).handOverSecret(services, node),
    [commandIds.copyKeptSecret]: async (node) => (await copy()).copyKeptSecret(services, node),
    [commandIds.forgetKeptSecret]: async (node) => (await copy()).forgetKeptSecret(services, node),
    [commandIds.deleteKey]: async (node) => (await import("./delete.ts")).deleteKey(services, node),
  };
}
