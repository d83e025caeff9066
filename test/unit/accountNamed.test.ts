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
    assert.deepEqual(own, [
      "src/editor/leaks/live/beforeCommit.ts", // files of the workspace
      "src/editor/leaks/live/fixes.ts", // the reason in a file of the workspace
      "src/editor/safety/policy/openPolicy.ts", // files and the user's settings
      "src/editor/ui/askText.ts",
      "src/editor/ui/filterBox.ts",
      "src/editor/ui/pick.ts",
    ]);
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

describe("a question", () => {
  /** The calls of a function, each with the text of its arguments. */
  function callsOf(name: string): { file: string; args: string }[] {
    return [...sources].flatMap(([file, text]) =>
      [...text.matchAll(new RegExp(`(?<!function )\\b${name}\\(`, "g"))].map(({ index, 0: start }) => {
        let depth = 1;
        let end = index + start.length;
        for (; depth > 0; end++) depth += text[end] === "(" ? 1 : text[end] === ")" ? -1 : 0;
        return { file, args: text.slice(index + start.length, end - 1) };
      }),
    );
  }

  it("about something destructive has a safe button, which has the focus", () => {
    const withoutSafe = [...callsOf("confirm"), ...callsOf("askModal")].filter(
      ({ args }) => !/\bsafe\b|t\("(Keep|Pause|Decide|Don't|Restore Later|Change Nothing)[^"]*"\),?\s*$/.test(args),
    );
    assert.deepEqual(withoutSafe.map(({ file }) => file).sort(), [
      "src/editor/guardrails/document/saveDocument.ts", // what the user has just written, with a diff
      "src/editor/guardrails/lists/sendListChange.ts", // what the user has just selected and reviewed
      "src/editor/keys/enable.ts", // enables a key
      "src/editor/secrets/copyNow.ts",
    ]);
  });
});
