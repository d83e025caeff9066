import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";

const root = new URL("../../", import.meta.url);
const sources = new Map(
  globSync("src/editor/**/*.ts", { cwd: root }).map((file) => [
    file.replaceAll("\\", "/"),
    readFileSync(new URL(file, root), "utf8"),
  ]),
);
const filesWith = (pattern: RegExp) => [...sources].filter(([, text]) => pattern.test(text)).map(([file]) => file);

describe("the account is named", () => {
  it("in every modal, since only the dialogs that take it show modals", () => {
    assert.deepEqual(filesWith(/\bmodal:\s*true/), ["src/editor/platform/dialogs.ts"]);
    const dialogs = sources.get("src/editor/platform/dialogs.ts")!;
    assert.match(dialogs, /askModal<[^(]*\(\s*account: AskedAccount,/);
    assert.match(dialogs, /confirm\(\s*account: AskedAccount,/);
    assert.match(dialogs, /accountText\(account\)/);
  });

  it("in every quick pick and wizard, unless it is about no account, or about the accounts themselves", () => {
    assert.match(sources.get("src/editor/ui/wizard.ts")!, /input\.title = titleWithAccount\(/);
    const inputs = filesWith(/\b(create|show)(QuickPick|InputBox)\b/).sort();
    const own = inputs.filter((file) => !file.startsWith("src/editor/account/"));
    assert.deepEqual(own, ["src/editor/ui/askText.ts", "src/editor/ui/filterBox.ts", "src/editor/ui/pick.ts"]);
  });

  it("except in what is about no account", () => {
    assert.deepEqual(filesWith(/account: "none"|\(\s*"none",/).sort(), [
      "src/editor/agents/changes/showAgentChanges.ts", // the list of all accounts' changes
      "src/editor/clients/setUp.ts",
      "src/editor/keys/copy.ts", // the list of all accounts' stored secrets
      "src/editor/keys/filterAndSort.ts",
    ]);
  });
});
