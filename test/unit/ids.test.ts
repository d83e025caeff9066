import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  accountSources,
  colorIds,
  commandIds,
  contextKeys,
  mcpProviderId,
  settingIds,
  viewContainerId,
  viewIds,
  viewStates,
  walkthroughId,
} from "../../src/editor/platform/ids.ts";

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
const manifest = JSON.parse(read("package.json"));
const strings: Record<string, string> = JSON.parse(read("package.nls.json"));
const { contributes } = manifest;
const sorted = (ids: Iterable<string>) => [...new Set(ids)].sort();
const commands = sorted(Object.values(commandIds));

describe("ids and package.json", () => {
  it("contain the same commands, also in menus and welcome links", () => {
    assert.deepEqual(sorted(contributes.commands.map((c: { command: string }) => c.command)), commands);
    const inMenus = Object.values<{ command: string }[]>(contributes.menus).flatMap((menu) =>
      menu.map((m) => m.command),
    );
    const inLinks = [
      ...Object.values(strings)
        .join("\n")
        .matchAll(/\(command:([^)?]+)[^)]*\)/g),
    ].map((match) => match[1]!);
    const focus = Object.values(viewIds).map((view) => `${view}.focus`);
    const known = [...commands, ...focus, "workbench.action.openSettings"];
    for (const id of [...inMenus, ...inLinks]) assert.ok(known.includes(id), id);
  });

  it("contain the same views, settings and MCP provider", () => {
    assert.deepEqual(
      contributes.viewsContainers.activitybar.map((c: { id: string }) => c.id),
      [viewContainerId],
    );
    assert.deepEqual(Object.keys(contributes.views), [viewContainerId]);
    assert.deepEqual(
      contributes.walkthroughs.map((walkthrough: { id: string }) => walkthrough.id),
      [walkthroughId],
    );
    const views = contributes.views[viewContainerId].map((view: { id: string }) => view.id);
    assert.deepEqual(sorted(views), sorted(Object.values(viewIds)));
    for (const { view } of contributes.viewsWelcome) assert.ok(views.includes(view), view);
    assert.deepEqual(
      contributes.colors.map(({ id }: { id: string }) => id),
      Object.values(colorIds),
    );
    assert.deepEqual(sorted(Object.keys(contributes.configuration.properties)), sorted(Object.values(settingIds)));
    assert.deepEqual(
      contributes.mcpServerDefinitionProviders.map((p: { id: string }) => p.id),
      [mcpProviderId],
    );
  });

  it("use only known context keys and values", () => {
    const values: Record<string, readonly string[]> = {
      [contextKeys.state]: viewStates,
      [contextKeys.saidState]: viewStates,
      [contextKeys.keysState]: viewStates,
      [contextKeys.guardrailsState]: viewStates,
      [contextKeys.safetyState]: viewStates,
      [contextKeys.membersState]: viewStates,
      [contextKeys.account]: accountSources,
    };
    const clauses = [...JSON.stringify(contributes).matchAll(/"when":"([^"]*)"/g)].map((match) => match[1]!);
    const used = new Set<string>();
    for (const term of clauses.flatMap((clause) => clause.split(/&&|\|\|/))) {
      const [, setting] = /^ *config\.(openrouterAdmin\.\w+) != '[^']+' *$/.exec(term) ?? [];
      if (setting) {
        assert.ok(Object.values<string>(settingIds).includes(setting), setting);
        continue;
      }
      const parts = /^ *!?(openrouterAdmin\.\w+)(?: (?:==|!=) (\w+)| > \d+| =~ \/\^\(([^)]*)\)\$\/)? *$/.exec(term);
      if (!parts) {
        assert.match(
          term,
          /^ *!?(view|viewItem|focusedView|listMultiSelection|inputFocus|inQuickInput|activeWebviewPanelId|webviewId|webviewSection|false)\b/,
        );
        continue;
      }
      const [, name = "", value, alternatives] = parts;
      used.add(name);
      for (const each of alternatives?.split("|") ?? (value ? [value] : []))
        assert.ok(values[name]?.includes(each), `${name} ${each}`);
      if (!value && !alternatives) assert.equal(values[name], undefined, `${name} is not boolean`);
    }
    assert.deepEqual(sorted(used), sorted(Object.values(contextKeys)));
  });

  /**
   * Which settings protect the key, writes or secrets, or tell the user of spend. These are read from the user settings only: with `machine` scope, a
   * repository could set them through the remote settings of a dev container.
   */
  const PROTECTED: Record<string, boolean> = {
    [settingIds.allowWriteTools]: true,
    [settingIds.askForGraveWrites]: true,
    [settingIds.injectKey]: true,
    [settingIds.showNewSecrets]: true,
    [settingIds.mcpTools]: true,
    [settingIds.baseUrl]: true,
    [settingIds.rotationName]: true,
    [settingIds.rotationFiles]: true,
    [settingIds.safetyPolicy]: true,
    [settingIds.alertsCreditsBelow]: true,
    [settingIds.alertsCreditsDays]: true,
    [settingIds.alertsBudgetPercent]: true,
    [settingIds.alertsDayAboveUsual]: true,
    [settingIds.alertsMonthAbove]: true,
    [settingIds.refreshInterval]: false,
    [settingIds.statusBar]: false,
    [settingIds.leakProblems]: false,
    [settingIds.leaksOnSave]: false,
    [settingIds.leaksBeforeCommit]: false,
  };

  it("give `application` scope to all settings that protect the key or writes", () => {
    const properties: Record<string, { scope?: string }> = contributes.configuration.properties;
    assert.deepEqual(sorted(Object.keys(properties)), sorted(Object.keys(PROTECTED)), "add each setting to PROTECTED");
    for (const [id, { scope }] of Object.entries(properties))
      if (PROTECTED[id]) assert.equal(scope, "application", id);
      else assert.ok(scope === "machine" || scope === "window", id);
  });

  it("define every %string% and no unused ones", () => {
    const used = [...JSON.stringify(manifest).matchAll(/"%([^%]+)%"/g)].map((match) => match[1]!);
    assert.deepEqual(sorted(used), sorted(Object.keys(strings)));
  });
});
