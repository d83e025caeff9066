import { commandIds } from "../platform/ids.ts";
import type { Wing } from "../platform/wing.ts";
import type { KeyServices } from "./services.ts";

/** Flows are loaded when they are first used, not with the extension. */
export function keyCommands(services: KeyServices): NonNullable<Wing["commands"]> {
  const { list } = services;
  const edits = () => import("./edit.ts");
  const copies = () => import("./copy.ts");
  const lists = () => import("./filterAndSort.ts");
  const states = () => import("./enable.ts");

  return {
    [commandIds.refreshKeys]: () => list.refresh(),
    [commandIds.createKey]: async () => (await import("./create.ts")).createKey(services),
    [commandIds.filterKeys]: async () => (await lists()).filterKeys(list),
    [commandIds.clearKeyFilter]: () => list.setQuery({ filter: "" }),
    [commandIds.sortKeys]: async () => (await lists()).sortKeys(list),
    [commandIds.showMoreKeys]: (groupId) => list.showMore(String(groupId)),
    [commandIds.showDisabledKeys]: () => list.setQuery({ showDisabled: true }),
    [commandIds.hideDisabledKeys]: () => list.setQuery({ showDisabled: false, pinned: new Set() }),
    [commandIds.disableKey]: async (node) => (await states()).disableKey(services, node),
    [commandIds.enableKey]: async (node) => (await states()).enableKey(services, node),
    [commandIds.editKeyLimit]: async (node) => (await edits()).editKeyLimit(services, node),
    [commandIds.renameKey]: async (node) => (await edits()).renameKey(services, node),
    [commandIds.changeKeyReset]: async (node) => (await edits()).changeKeyReset(services, node),
    [commandIds.copyKeyHash]: async (node) => (await copies()).copyKeyHash(services, node),
    [commandIds.copyKeyName]: async (node) => (await copies()).copyKeyName(services, node),
    [commandIds.handOverSecret]: async (node) => (await copies()).handOverSecret(services, node),
    [commandIds.copyKeptSecret]: async (node) => (await copies()).copyKeptSecret(services, node),
    [commandIds.forgetKeptSecret]: async (node) => (await copies()).forgetKeptSecret(services, node),
    [commandIds.deleteKey]: async (node) => (await import("./delete.ts")).deleteKey(services, node),
  };
}
