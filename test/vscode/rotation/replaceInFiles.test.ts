import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quickInput, readClipboard, runCommand, screenshot, toast } from "../host/browser.ts";
import { answerModal, modal } from "../host/dialogs.ts";
import { waitUntil } from "../host/eventually.ts";
import { accept, atStep, type Choice, choices, pick } from "../host/quickInput.ts";
import { describeSession } from "../host/session.ts";
import { assertNoSecretLeaked, createRotationFixture, hashOf, KEYS, type KnownKey, rotate } from "./rotationFixture.ts";

const READ_ONLY = { "files.readonlyInclude": { "**/locked.env": true } };

/** Encodings that VS Code doesn't guess, or only with a byte order mark. */
const encoders: Record<string, (text: string) => Buffer> = {
  ".env.utf8bom": (text) => Buffer.from(`\uFEFF${text}`),
  ".env.le": (text) => Buffer.from(text, "utf16le"),
  ".env.lebom": (text) => Buffer.from(`\uFEFF${text}`, "utf16le"),
  ".env.be": (text) => Buffer.from(text, "utf16le").swap16(),
  ".env.bebom": (text) => Buffer.from(`\uFEFF${text}`, "utf16le").swap16(),
  ".env.latin1": (text) => Buffer.from(text, "latin1"),
};

const options = { account: { keys: 3 }, view: KEYS, settings: READ_ONLY, independent: true };

describeSession("replacing a key in files", options, (session) => {
  const fixture = createRotationFixture(session);
  const secrets: string[] = [];

  async function createKey(name: string): Promise<KnownKey> {
    await fixture.removeLeftovers(name);
    const key = await fixture.createKey(name);
    secrets.push(key.secret);
    await runCommand(fixture.page, "OpenRouter Admin: Refresh Keys");
    return key;
  }

  const path = (name: string) => join(fixture.host.folder, name);
  const write = (name: string, content: string | Buffer) => writeFile(path(name), content);

  async function openReplaceInFiles(name: string, occurrences: string): Promise<Choice[]> {
    await pick(fixture.page, "Replace in Files");
    await atStep(fixture.page, `The old key of ${name}: ${occurrences}`);
    return choices(fixture.page);
  }

  const textOf = (old: KnownKey) => `# größe\r\nA=${old.secret}\r\n`;
  const byName = (rows: Choice[]) => new Map(rows.map(({ label, checked, detail }) => [label, { checked, detail }]));

  it("keeps the encoding, and selects only what is certainly the key", async () => {
    const { page } = fixture;
    const old = await createKey("encoded");
    const outside = await mkdtemp(join(tmpdir(), "openrouter-admin-outside-"));
    const [head, tail] = [old.secret.slice(0, 12), old.secret.slice(-4)];
    try {
      for (const [name, encode] of Object.entries(encoders)) await write(name, encode(textOf(old)));
      await write(".env.example", `A=${old.secret}\n`);
      await write(".env.local", `A=${head}your-key-goes-here${tail}\nB=${old.secret.slice(0, 40)}${tail}\n`);
      await write("binary.env", Buffer.concat([Buffer.from(`A=${old.secret}`), Buffer.alloc(40)]));
      await writeFile(join(outside, "shared.env"), `A=${old.secret}\n`);
      await symlink(join(outside, "shared.env"), path("linked.env"));
      await symlink(path(".env.le"), path("same.env"));

      await rotate(fixture, "encoded");
      const rows = byName(await openReplaceInFiles("encoded", "10 occurrences"));
      for (const name of Object.keys(encoders)) assert.deepEqual(rows.get(`${name}:2`)?.checked, true, name);
      for (const [label, detail] of [
        [".env.example:1", /Template/],
        [".env.local:1", /placeholder/],
        [".env.local:2", /other occurrences/],
        ["linked.env:1", /outside the workspace: .*shared\.env/],
      ] as const) {
        assert.equal(rows.get(label)?.checked, false, label);
        assert.match(rows.get(label)?.detail ?? "", detail);
      }
      assert.match((await quickInput(page).getAttribute("placeholder")) ?? "", /binary\): binary\.env/);
      await screenshot(page, "replace-doubts");
      await accept(page);
      const { detail } = await modal(page, /Replaced 6 occurrences in 6 files/);
      assert.match(detail, /2 occurrences of the old key \(\.env\.example:1, linked\.env:1\)/);
      assert.match(detail, /Not searched \(binary\): binary\.env/);
      await screenshot(page, "replace-done");
      await answerModal(page, "Done");
      await toast(page, "encoded was rotated").waitFor();

      const [created] = fixture.keysNamed("encoded").filter(({ hash }) => hash !== old.hash);
      const secret = /A=(\S+)/.exec(await readFile(path(".env.utf8bom"), "utf8"))?.[1] ?? "";
      secrets.push(secret);
      assert.equal(hashOf(secret), created?.hash);
      for (const [name, encode] of Object.entries(encoders))
        assert.deepEqual(await readFile(path(name)), encode(textOf(old).replace(old.secret, secret)), name);
      assert.equal(await readFile(join(outside, "shared.env"), "utf8"), `A=${old.secret}\n`);
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  it("names the files that still contain a key before it is disabled or rolled back", async () => {
    const { page } = fixture;
    await runCommand(page, "OpenRouter Admin: Disable Old Key");
    await pick(page, "encoded");
    const question = await modal(page, /The old key of “encoded”.* is still in files/);
    assert.match(question.detail, /\.env\.example/);
    assert.match(question.detail, /Not searched \(binary\): binary\.env/);
    assert.doesNotMatch(question.detail, /\.env\.le|\.env\.local/);
    await answerModal(page, "Keep Active");
    await runCommand(page, "OpenRouter Admin: Roll Back Rotation");
    await pick(page, "encoded");
    const { detail } = await modal(page, /Roll back the rotation of “encoded”/);
    for (const name of Object.keys(encoders)) assert.ok(detail.includes(name), name);
    assert.doesNotMatch(detail, /example/);
    await screenshot(page, "replace-roll-back");
    await answerModal(page, "Roll Back");
    await waitUntil("the record is removed", () => fixture.journal().length === 0);
  });

  it("leaves no secret in an editor if a file can't be saved", async () => {
    const { page } = fixture;
    const old = await createKey("unsaved");
    await write("locked.env", `A=${old.secret}\n`);
    await write("dirty.env", `A=${old.secret}\n`);
    await page.keyboard.press("Control+P");
    await quickInput(page).fill("dirty.env");
    await pick(page, /^dirty\.env/);
    const editor = page.locator(".editor-instance .monaco-editor").last();
    const shown = async () => (await editor.locator(".view-lines").innerText()).replaceAll(/\s/g, "");
    await waitUntil("the file is open", async () => (await shown()).includes(old.secret));
    await editor.locator(".view-lines").click();
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("# mine\n");
    // Saving the document would overwrite this change, so VS Code refuses.
    await write("dirty.env", `A=${old.secret}\n# of another program\n`);

    await rotate(fixture, "unsaved");
    const rows = byName(await openReplaceInFiles("unsaved", "2 occurrences"));
    assert.match(rows.get("dirty.env:2")?.detail ?? "", /unsaved changes/);
    assert.match(rows.get("locked.env:1")?.detail ?? "", /Read-only/);
    await accept(page);
    const failure = toast(page, /Couldn't change and save/);
    await failure.waitFor();
    assert.match(await failure.innerText(), /dirty\.env \(its unsaved.*locked\.env \(read-only\)/s);
    await screenshot(page, "replace-failed");
    await atStep(page, "The new secret of unsaved");
    assert.equal(await shown(), `#mine\nA=${old.secret}`.replaceAll(/\s/g, ""));
    assert.equal(await readFile(path("locked.env"), "utf8"), `A=${old.secret}\n`);
    assert.equal(await readFile(path("dirty.env"), "utf8"), `A=${old.secret}\n# of another program\n`);
    await pick(page, "Copy");
    await modal(page, /is on the clipboard/);
    secrets.push(await readClipboard(page));
    await answerModal(page, "I Have Saved It");
  });

  it("writes no secret to logs or files", () => assertNoSecretLeaked(fixture, secrets));
});
