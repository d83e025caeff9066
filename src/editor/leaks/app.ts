import * as vscode from "vscode";
import type { LeakPlace } from "../../leaks/model.ts";
import { followData } from "../data/followData.ts";
import { setContext } from "../platform/contextKeys.ts";
import { commandIds, contextKeys, viewIds } from "../platform/ids.ts";
import { joinFirst } from "../platform/quoted.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { accountMark } from "../ui/accountMark.ts";
import type { Node } from "../ui/node.ts";
import type { LeakCommand } from "./commandNames.ts";
import { historyUri } from "./documentUris.ts";
import { createFacts, isDangerous, isManagementLeak, sortLeaks } from "./facts.ts";
import type { Leak } from "./leak.ts";
import { createLeakList } from "./leakList.ts";
import type { Baselines } from "./live/baselines.ts";
import { candidatesOf } from "./match.ts";
import { openPlace, placeUri, storedText } from "./open.ts";
import { placeText } from "./placeText.ts";
import { createRecheck } from "./recheck.ts";
import { type LeakNode, leakRow, type PlaceNode, type RowContext, summaryRow } from "./rows.ts";
import type { LeakServices } from "./services.ts";
import { createLeakSpend } from "./spend.ts";
import { resultText } from "./text.ts";

/** What the view shows, and what its commands do; created with the first search. */
export type LeakApp = ReturnType<typeof createLeakApp>;

export function createLeakApp(services: LeakServices, tree: vscode.TreeView<Node>, draw: () => void) {
  const { sessions, log } = services;
  const t = vscode.l10n.t;
  let baselines: Baselines | undefined;
  const list = createLeakList({
    folderOf: (place) => vscode.workspace.getWorkspaceFolder(placeUri(place))?.uri.toString(),
    isFalseAlarm: (secret, place) => baselines?.isFalseAlarm(secret.reveal(), placeUri(place)) ?? false,
  });
  const recheck = createRecheck(list);
  const spend = createLeakSpend(draw);
  let searching: Promise<void> | undefined;
  let facts: { from: unknown; of: ReturnType<typeof createFacts> } | undefined;

  /** Compares the labels again only if the list of keys has changed. */
  const factsOf: RowContext["factsOf"] = (leak) => {
    const current = sessions.current?.data.keys.current;
    if (!facts || facts.from !== current) facts = { from: current, of: createFacts(current) };
    return facts.of(leak);
  };
  const context = (): RowContext => ({
    session: sessions.current,
    factsOf,
    spendOf: (leak) => spend.of(sessions.current, leak),
  });

  function roots(): Node[] {
    const { current } = list;
    if (!current) return [];
    return [...sortLeaks(current.leaks, factsOf).map((leak) => leakRow(leak, context())), summaryRow(current)];
  }

  function show(): void {
    const { current } = list;
    const { current: session } = sessions;
    setContext(contextKeys.leaksSearched, current !== undefined);
    setContext(contextKeys.leaksFound, Boolean(current?.leaks.length));
    const live = current?.leaks.filter((leak) => isDangerous(factsOf(leak))).length ?? 0;
    const text = live === 1 ? t("1 leaked key needs attention") : t("{0} leaked keys need attention", live);
    tree.badge = live > 0 ? { value: live, tooltip: text } : undefined;
    tree.description = (current && session && accountMark(session)) || undefined;
    draw();
    if (!session || !current) return;
    void spend.load(session, current.leaks, factsOf).catch((error: unknown) => log.error(`Leaked keys: ${error}`));
  }

  /** Reads the keys that the secrets are compared with; without an account, or if that fails, the rows say so. */
  async function readKeys(): Promise<void> {
    const session = await sessions.open().catch(() => undefined);
    await session?.data.keys.ensure(60_000);
  }

  /** Of another account that came into use meanwhile. */
  function readKeysIfShown(): void {
    if (tree.visible && list.current?.leaks.length) void readKeys();
  }

  async function search(): Promise<void> {
    const { searchWorkspace } = await import("./search.ts");
    const result = await searchWorkspace(services);
    await followBaselines();
    list.set(result);
    await vscode.commands.executeCommand(`${viewIds.leaks}.focus`);
    void announce();
    if (result.leaks.length > 0) await readKeys();
  }

  async function followBaselines(): Promise<void> {
    if (baselines) return;
    baselines = await services.baselines();
    listeners.push(baselines.onDidChange(() => list.refilter()));
  }

  async function announce(): Promise<void> {
    const { current } = list;
    if (!current) return;
    const { leaks } = current;
    const { warnOfManagementKey } = await import("./management.ts");
    for (const leak of leaks) if (leak.managementOf) await warnOfManagementKey(leak);
    const text = resultText(current, leaks.length, leaks.flatMap(({ places }) => places).length);
    if (leaks.length === 0) return void vscode.window.showInformationMessage(text);
    const ask = t("Ask OpenRouter…");
    if ((await vscode.window.showWarningMessage(safeLabel(text), ask)) === ask)
      await vscode.commands.executeCommand(commandIds.askAboutLeaks);
  }

  /** Returns the leak of the row that a command was run on, else of the selected row. */
  function leakOf(target: unknown): Leak | undefined {
    const node = (target ?? (tree.visible ? tree.selection[0] : undefined)) as Partial<LeakNode> | undefined;
    return list.current?.leaks.find(({ id }) => id === node?.leak?.id);
  }

  async function leakFor(target: unknown, title: string): Promise<Leak> {
    return leakOf(target) ?? (await import("./pickLeak.ts")).pickLeak(list, factsOf, sessions.current, title);
  }

  /** Runs a cure of a leak; afterwards, the files that were changed are no places of it any more. */
  async function cure(target: unknown, title: string, run: "rotateLeakedKey" | "disableLeakedKey"): Promise<void> {
    const leak = await curableLeak(target, title);
    const paths = leak.places.flatMap((place) => (place.kind === "file" ? [place.path] : []));
    const files = [...new Set(paths)].map((path) => vscode.Uri.file(path).toString());
    const leaked = { secret: leak.secret, files, candidates: candidatesOf(factsOf(leak).match) };
    try {
      // A row was only selected, perhaps long ago, if the command comes from the palette.
      await (await import("./cure.ts"))[run](services, leaked, { asks: target === undefined });
    } finally {
      await recheck(paths);
    }
    warnOfRest(paths.length, list.find(leak.id)?.places ?? []);
  }

  /** @throws vscode.CancellationError for a management key, of which a warning was shown */
  async function curableLeak(target: unknown, title: string): Promise<Leak> {
    const leak = await leakFor(target, title);
    if (!isManagementLeak(leak)) return leak;
    await (await import("./management.ts")).warnOfManagementKey(leak);
    throw new vscode.CancellationError();
  }

  /** Of several files, names those that still have the key: Replace in Files finds only keys that are written as they are. */
  function warnOfRest(before: number, places: readonly LeakPlace[]): void {
    const rest = places.filter(({ kind }) => kind === "file");
    if (rest.length === 0 || rest.length >= before) return;
    const text = t("The key is still in {0}. Replace it there yourself.", joinFirst(rest.map(placeText)));
    void vscode.window.showWarningMessage(text);
  }

  const listeners: vscode.Disposable[] = [
    list,
    list.onDidChange(show),
    sessions.onDidChange(() => {
      readKeysIfShown();
      show();
    }),
    tree.onDidChangeVisibility(readKeysIfShown),
    followData(sessions, ({ keys }) => [keys], show),
    vscode.workspace.onDidSaveTextDocument(({ uri }) => {
      const isIn = (place: LeakPlace) => place.kind === "file" && place.path === uri.fsPath;
      if (list.current?.leaks.some(({ places }) => places.some(isIn))) void recheck([uri.fsPath]);
    }),
  ];

  async function find(): Promise<void> {
    searching ??= search().finally(() => {
      searching = undefined;
    });
    await searching;
  }

  async function markFalseAlarm(target: unknown): Promise<void> {
    const leak = await curableLeak(target, t("Mark as False Alarm"));
    await (await import("./cure.ts")).refuseManagementKey(services.account, leak.secret, leak.places);
    const { addToBaseline } = await import("./live/fixes.ts");
    const context = { log, baselines: await services.baselines() };
    const [place] = leak.places;
    await addToBaseline(context, leak.secret.reveal(), place && placeUri(place));
  }

  async function open(target: unknown): Promise<void> {
    const node = target as Partial<PlaceNode> | undefined;
    const leak = leakOf(node);
    if (leak && node?.place) await openPlace(leak, node.place);
  }

  const commands: Readonly<Record<LeakCommand, (target: unknown) => Promise<void> | void>> = {
    [commandIds.findLeaks]: find,
    [commandIds.askAboutLeaks]: async () => (await import("./ask.ts")).askAboutLeaks(services, list),
    [commandIds.rotateLeakedKey]: (target) => cure(target, t("Rotate Leaked Key"), "rotateLeakedKey"),
    [commandIds.disableLeakedKey]: (target) => cure(target, t("Disable Leaked Key"), "disableLeakedKey"),
    [commandIds.markLeakFalseAlarm]: markFalseAlarm,
    [commandIds.openLeak]: open,
    [commandIds.clearLeaks]: () => list.set(undefined),
    [commandIds.explainHistory]: async () =>
      void (await vscode.window.showTextDocument(historyUri(), { preview: true })),
    [commandIds.openManagementKeys]: async () => (await import("./management.ts")).openManagementKeys(),
  };

  return {
    commands,
    roots,
    storedText: (uri: vscode.Uri) => storedText(list, uri),
    dispose: () => vscode.Disposable.from(...listeners).dispose(),
  };
}
