import * as vscode from "vscode";
import { awaitInput, type BACK, type InputPosition, withAbout } from "./wizard.ts";

export interface PickItem<T> extends vscode.QuickPickItem {
  value: T;
}

interface PickOptions<T> {
  /** The items, or a promise of them; the quick pick shows that it is busy until then. */
  items: PickItem<T>[] | Promise<PickItem<T>[]>;
  placeholder?: string;
}

/** Lets the user pick one item. @throws vscode.CancellationError when closed; the rejection of `items` */
export function pickOne<T>(
  position: InputPosition,
  options: PickOptions<T> & { active?: (value: T) => boolean },
): Promise<T | typeof BACK> {
  const pick = vscode.window.createQuickPick<PickItem<T>>();
  pick.placeholder = withAbout(options.placeholder, position);
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  const chosen = awaitInput<typeof pick, T>(pick, position, (resolve) => {
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      if (item && item.kind !== vscode.QuickPickItemKind.Separator) resolve(item.value);
    });
  });
  const filled = fill(pick, options.items, (items) => {
    const active = items.filter((item) => options.active?.(item.value));
    // Without an active item, Enter would do nothing.
    if (active.length > 0) pick.activeItems = active;
  });
  return Promise.race([chosen, filled.then(() => chosen)]);
}

/** Lets the user pick any number of items. @throws vscode.CancellationError when closed; the rejection of `items` */
export function pickMany<T>(
  position: InputPosition,
  options: PickOptions<T> & { checked: (value: T) => boolean },
): Promise<T[] | typeof BACK> {
  const pick = vscode.window.createQuickPick<PickItem<T>>();
  pick.placeholder = withAbout(options.placeholder, position);
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  const chosen = awaitInput<typeof pick, T[]>(pick, position, (resolve) => {
    pick.onDidAccept(() => {
      // Pressing Enter before the items are loaded would mean "none".
      if (!pick.busy) resolve(pick.selectedItems.map((item) => item.value));
    });
  });
  const filled = fill(pick, options.items, (items) => {
    pick.selectedItems = items.filter((item) => options.checked(item.value));
  });
  return Promise.race([chosen, filled.then(() => chosen)]);
}

async function fill<T>(
  pick: vscode.QuickPick<PickItem<T>>,
  items: PickOptions<T>["items"],
  then: (items: readonly PickItem<T>[]) => void,
): Promise<void> {
  pick.busy = items instanceof Promise;
  try {
    pick.items = await items;
    then(pick.items);
    pick.busy = false;
  } catch (error) {
    pick.dispose();
    throw error;
  }
}
