import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { guardrailCommandIds } from "../../src/editor/guardrails/commandNames.ts";
import { commandIds, contextKeys, failedStates, settingIds, viewIds } from "../../src/editor/platform/ids.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const json = (path: string) => JSON.parse(read(path));

interface Item {
  command: string;
  when?: string;
  group?: string;
}

const { contributes } = json("package.json");
const english: Record<string, string> = json("package.nls.json");
const german: Record<string, string> = json("package.nls.de.json");
const declared: { command: string; title: string; category?: string; icon?: string }[] = contributes.commands;
const menus: Record<string, Item[]> = contributes.menus;
const palette = menus.commandPalette ?? [];
const viewMenus = Object.entries(menus).flatMap(([menu, items]) => (menu === "commandPalette" ? [] : items));

/** Commands that work without an account and so are always in the command palette. */
const ALWAYS = [
  "setKey",
  "switchAccount",
  "addAccount",
  "startMcpServer",
  "showAgentChanges",
  "openLog",
  "addCredits",
  "openActivity",
  "findLeaks",
];

/** The wings that define commands with `[commandIds.name]: …`. */
const defined = globSync("src/editor/**/*.ts", { cwd: root }).flatMap((path) =>
  [...read(path).matchAll(/\[commandIds\.(\w+)\]:/g)].map(([, name]) => ({ name: name ?? "", path })),
);

/** Returns what is missing or wrong for a command in all places that must contain it. */
function missing(name: string, id: string): string[] {
  const [command, ...twice] = declared.filter((one) => one.command === id);
  const title = command?.title.replaceAll("%", "") ?? `command.${name}`;
  const inPalette = palette.filter((item) => item.command === id);
  const inMenus = viewMenus.filter((item) => item.command === id);
  const isHidden = inPalette.some(({ when }) => when === "false");
  const needsIcon = inMenus.some(({ group }) => /^(navigation|inline)/.test(group ?? ""));
  const wings = defined.filter((one) => one.name === name).map(({ path }) => path);
  const problems: [boolean, string][] = [
    [!command, "package.json: contributes.commands doesn't contain it"],
    [twice.length > 0, "package.json: contributes.commands contains it twice"],
    [command?.title !== `%command.${name}%`, `package.json: its title is not %command.${name}%`],
    [command?.category !== "OpenRouter Admin", "package.json: it has no category"],
    [!english[title], `package.nls.json: no ${title}`],
    [!german[title], `package.nls.de.json: no ${title}`],
    [inPalette.length > 1, "package.json: menus.commandPalette contains it twice"],
    [inPalette.some(({ when }) => !when), "package.json: menus.commandPalette doesn't say when it is available"],
    [inPalette.length === 0 && !ALWAYS.includes(name), "package.json: menus.commandPalette doesn't contain it"],
    [
      inPalette.length > 0 && ALWAYS.includes(name),
      "package.json: menus.commandPalette restricts it, but it must always be available",
    ],
    [isHidden && inMenus.length === 0 && !isRunByCode(name), "can't be run from the palette, a menu or code"],
    [needsIcon && !command?.icon, "package.json: needs an icon as an action in a title or row"],
    [wings.length === 0, "no wing defines it: add it to a wing's commands.ts"],
    [wings.length > 1, `several wings define it: ${wings.join(", ")}`],
  ];
  return problems.filter(([isMissing]) => isMissing).map(([, text]) => text);
}

/** True if a keybinding or code, such as a row or a notification, runs it. */
function isRunByCode(name: string): boolean {
  if (contributes.keybindings.some(({ command }: Item) => command === `openrouterAdmin.${name}`)) return true;
  const uses = globSync("src/editor/**/*.ts", { cwd: root }).filter((path) =>
    new RegExp(`commandIds\\.${name}\\b(?!\\]:)`).test(read(path)),
  );
  return uses.length > 0;
}

describe("package.json, texts and wings contain the command", () => {
  for (const [name, id] of Object.entries(commandIds))
    it(name, () => assert.deepEqual(missing(name, id), [], `${id} is incomplete`));

  it("runs every command of the Guardrails wing, which loads them on first use", () => {
    const handled = defined.filter(({ path }) => path.endsWith("guardrails/commands.ts")).map(({ name }) => name);
    const names = new Map(Object.entries(commandIds).map(([name, id]) => [id as string, name]));
    assert.deepEqual(guardrailCommandIds.map((id) => names.get(id)).sort(), handled.sort());
  });

  it("list everything that is missing for an unknown command", () => {
    assert.deepEqual(missing("nowhere", "openrouterAdmin.nowhere"), [
      "package.json: contributes.commands doesn't contain it",
      "package.json: its title is not %command.nowhere%",
      "package.json: it has no category",
      "package.nls.json: no command.nowhere",
      "package.nls.de.json: no command.nowhere",
      "package.json: menus.commandPalette doesn't contain it",
      "no wing defines it: add it to a wing's commands.ts",
    ]);
  });
});

const properties: Record<string, Setting> = contributes.configuration.properties;
const readme = read("README.md");
/** The README's table of settings: the default by id. */
const documented = new Map(
  [...readme.matchAll(/^\| `(openrouterAdmin\.[\w.]+)` *\| *(.*?) *\|/gm)].map(([, id = "", value = ""]) => [
    id,
    value,
  ]),
);
/** Defaults that the README describes in words. */
const DESCRIBED = new Map<string, string>([
  [settingIds.rotationFiles, "`.env` files and similar"],
  [settingIds.safetyPolicy, "built-in rules"],
]);

interface Setting {
  default?: unknown;
  scope?: string;
  markdownDescription?: string;
}

/** Lists the places where the setting is missing. */
function missingOfSetting(name: string, id: string): string[] {
  const setting = properties[id];
  const text = setting?.markdownDescription?.replaceAll("%", "") ?? `setting.${id.replace("openrouterAdmin.", "")}`;
  const problems: [boolean, string][] = [
    [!setting, "package.json: contributes.configuration doesn't contain it"],
    [setting?.default === undefined, "package.json: it has no default"],
    [!setting?.scope, "package.json: it has no scope"],
    [!english[text], `package.nls.json: no ${text}`],
    [!german[text], `package.nls.de.json: no ${text}`],
    [!read("src/editor/platform/settings.ts").includes(`settingIds.${name}`), "settings.ts doesn't read it"],
    [!read("test/unit/ids.test.ts").includes(`[settingIds.${name}]:`), "ids.test.ts doesn't say whether it protects"],
    [documented.get(id) !== readmeDefault(id), `README.md: its row with the default ${readmeDefault(id)} is missing`],
  ];
  return problems.filter(([isMissing]) => isMissing).map(([, problem]) => problem);
}

/** The default of a setting as the README's table shows it. */
function readmeDefault(id: string): string {
  const value = properties[id]?.default;
  if (DESCRIBED.has(id)) return DESCRIBED.get(id)!;
  return typeof value === "boolean" ? (value ? "on" : "off") : typeof value === "string" ? `\`${value}\`` : `${value}`;
}

/** Views that show nothing of the account, and so have none of its states. */
const WITHOUT_ACCOUNT = ["leaks"];

/** Lists the places where the view is missing. `spend` is a webview, which shows its states itself. */
function missingOfView(name: string, id: string): string[] {
  const view = contributes.views.openrouterAdmin.find((one: { id: string }) => one.id === id);
  const showsStates = view?.type !== "webview" && !WITHOUT_ACCOUNT.includes(name);
  const stateKey: string = { credits: contextKeys.state as string }[name] ?? `openrouterAdmin.${name}State`;
  const welcomes: { view: string; when: string }[] = contributes.viewsWelcome;
  const hasWelcome = (state: string) =>
    welcomes.some((one) => one.view === id && one.when.split(" && ")[0] === `${stateKey} == ${state}`);
  const title = view?.name.replaceAll("%", "") ?? `view.${name}`;
  const isCreated = globSync("src/editor/**/*.ts", { cwd: root }).some(
    (path) => !path.endsWith("ids.ts") && read(path).includes(`viewIds.${name}`),
  );
  const problems: [boolean, string][] = [
    [!view, "package.json: contributes.views doesn't contain it"],
    [!view?.icon, "package.json: it has no icon"],
    [!english[title], `package.nls.json: no ${title}`],
    [!german[title], `package.nls.de.json: no ${title}`],
    [!viewMenus.some(({ when }) => when?.includes(`view == ${id}`)), "package.json: menus have no action for it"],
    [!isCreated, "no wing creates it"],
    ...failedStates
      .filter((state) => state !== "rateLimited")
      .map((state): [boolean, string] => [
        showsStates && !hasWelcome(state),
        `package.json: viewsWelcome has none when ${stateKey} == ${state}`,
      ]),
  ];
  return problems.filter(([isMissing]) => isMissing).map(([, problem]) => problem);
}

describe("package.json, texts, code and README contain the setting", () => {
  for (const [name, id] of Object.entries(settingIds))
    it(name, () => assert.deepEqual(missingOfSetting(name, id), [], `${id} is incomplete`));

  it("are all settings of the README", () => {
    const inReadme = [...documented.keys()];
    assert.deepEqual(
      inReadme.filter((id) => !(id in properties)),
      [],
      "README.md documents settings that package.json doesn't contain",
    );
  });

  it("list everything that is missing for an unknown setting", () => {
    assert.deepEqual(missingOfSetting("nowhere", "openrouterAdmin.nowhere"), [
      "package.json: contributes.configuration doesn't contain it",
      "package.json: it has no default",
      "package.json: it has no scope",
      "package.nls.json: no setting.nowhere",
      "package.nls.de.json: no setting.nowhere",
      "settings.ts doesn't read it",
      "ids.test.ts doesn't say whether it protects",
      "README.md: its row with the default undefined is missing",
    ]);
  });
});

describe("package.json, texts and wings contain the view", () => {
  for (const [name, id] of Object.entries(viewIds))
    it(name, () => assert.deepEqual(missingOfView(name, id), [], `${id} is incomplete`));

  it("list everything that is missing for an unknown view", () => {
    assert.deepEqual(missingOfView("nowhere", "openrouterAdmin.nowhere"), [
      "package.json: contributes.views doesn't contain it",
      "package.json: it has no icon",
      "package.nls.json: no view.nowhere",
      "package.nls.de.json: no view.nowhere",
      "package.json: menus have no action for it",
      "no wing creates it",
      "package.json: viewsWelcome has none when openrouterAdmin.nowhereState == offline",
      "package.json: viewsWelcome has none when openrouterAdmin.nowhereState == proxy",
      "package.json: viewsWelcome has none when openrouterAdmin.nowhereState == proxyCredentials",
      "package.json: viewsWelcome has none when openrouterAdmin.nowhereState == certificate",
      "package.json: viewsWelcome has none when openrouterAdmin.nowhereState == wrongKey",
      "package.json: viewsWelcome has none when openrouterAdmin.nowhereState == baseUrl",
      "package.json: viewsWelcome has none when openrouterAdmin.nowhereState == serverError",
      "package.json: viewsWelcome has none when openrouterAdmin.nowhereState == error",
    ]);
  });
});
