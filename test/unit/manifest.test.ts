import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { commandIds } from "../../src/editor/platform/ids.ts";

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
const ALWAYS = ["setKey", "startMcpServer", "showAgentChanges", "openLog", "addCredits", "openActivity"];

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

/** True if code, such as a row or a notification, runs it. */
function isRunByCode(name: string): boolean {
  const uses = globSync("src/editor/**/*.ts", { cwd: root }).filter((path) =>
    new RegExp(`commandIds\\.${name}\\b(?!\\]:)`).test(read(path)),
  );
  return uses.length > 0;
}

describe("package.json, texts and wings contain the command", () => {
  for (const [name, id] of Object.entries(commandIds))
    it(name, () => assert.deepEqual(missing(name, id), [], `${id} is incomplete`));

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
