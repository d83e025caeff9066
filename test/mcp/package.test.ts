import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { listFiles, PackageManager } from "@vscode/vsce";
import { prompts } from "../../src/mcp/prompts.ts";
import { readBundleFiles } from "../support/bundleFiles.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MEGABYTE = 1024 * 1024;
/** Read by VS Code, and by the server as prompts. */
const SKILLS = prompts.map(({ name }) => `media/skills/${name}/SKILL.md`);

describe("packages", () => {
  it("the VSIX contains no sources, maps or tests and is smaller than 2 MB", async () => {
    const files = await listFiles({ cwd: ROOT, packageManager: PackageManager.None });
    for (const needed of [
      "dist/extension.js",
      "dist/web/extension.cjs",
      "dist/server.js",
      "dist/sample.js",
      "dist/leaks.cjs",
      "dist/activity.js",
      "dist/activity.css",
      "dist/limits.css",
      "dist/limits.js",
      "dist/activity-app.html",
      "README.md",
      "CHANGELOG.md",
      "LICENSE",
      "THIRD-PARTY-NOTICES",
      "l10n/bundle.l10n.de.json",
      "package.nls.de.json",
      ...SKILLS,
    ])
      assert.ok(files.includes(needed), needed);
    const allowed =
      /^(package(\.nls[\w.-]*)?\.json|(README|CHANGELOG)\.md|LICENSE|THIRD-PARTY-NOTICES|dist\/((web\/extension|leaks)\.cjs|(extension|server|launcher|sample|activity|limits|(chunks|server)\/[\w-]+)\.js|(activity|limits)\.css|activity-app\.html)|media\/[\w./-]+\.(svg|png)|media\/(guardrail\/\w+|\w+\.schema)\.json|media\/launcher\/[\w-]+\.(cmd|sh)|media\/skills\/[\w-]+\/SKILL\.md|l10n\/.+\.json)$/;
    assert.deepEqual(
      files.filter((file) => !allowed.test(file)),
      [],
    );
    assert.ok(statSync(join(ROOT, "dist/openrouter-admin.vsix")).size < 2 * MEGABYTE);
  });

  it("the VSIX contains each file of the server, which loads at most 300 kB at its start", async () => {
    const { atStart, all, size } = readBundleFiles("dist/server.js");
    const files = await listFiles({ cwd: ROOT, packageManager: PackageManager.None });
    assert.deepEqual(
      all.filter((file) => !files.includes(file)),
      [],
    );
    assert.ok(size(atStart) <= 300_000, `${size(atStart)} bytes`);
    assert.ok(all.length > atStart.length, "nothing is loaded later");
  });

  it("the extension loads at most 90 kB at its start, and at most 700 kB in a browser", () => {
    const { atStart, all, size } = readBundleFiles("dist/extension.js");
    assert.ok(size(atStart) <= 90_000, `${size(atStart)} bytes`);
    assert.ok(all.length > atStart.length, "nothing is loaded later");
    const web = statSync(join(ROOT, "dist/web/extension.cjs")).size;
    assert.ok(web <= 700_000, `${web} bytes`);
  });

  it("the npm package has the server as its command and no dependencies", function () {
    this.timeout(120_000);
    const dir = mkdtempSync(join(tmpdir(), "openrouter-admin-"));
    const npm = (...args: string[]) => execFileSync("npm", args, { cwd: dir, stdio: ["ignore", "pipe", "pipe"] });
    try {
      npm("pack", ROOT, "--ignore-scripts");
      const tarball = readdirSync(dir).find((file) => file.endsWith(".tgz")) ?? assert.fail("no tarball");
      npm("install", "--offline", "--no-audit", "--prefix", dir, join(dir, tarball));
      const command = join(dir, "node_modules", ".bin", "openrouter-admin");
      const { OPENROUTER_PROVISIONING_KEY: _, ...env } = process.env;
      const { status, stderr } = spawnSync(command, [], { env: { ...env, HOME: dir }, input: "", encoding: "utf8" });
      assert.equal(status, 0);
      assert.match(stderr, /^openrouter-admin running on stdio/);
      const installed = join(dir, "node_modules/openrouter-admin");
      assert.ok(existsSync(join(installed, "dist/activity-app.html")));
      for (const file of [...SKILLS, ...readBundleFiles("dist/server.js").all])
        assert.ok(existsSync(join(installed, file)), file);
      assert.equal(readFileSync(join(installed, "THIRD-PARTY-NOTICES"), "utf8"), notices());
      assert.deepEqual(
        readdirSync(join(dir, "node_modules")).filter((name) => !name.startsWith(".")),
        ["openrouter-admin"],
      );
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  it("the notices list every bundled package with its version and license text", () => {
    const metafiles: { inputs: object }[] = JSON.parse(readFileSync(join(ROOT, "dist/meta.json"), "utf8"));
    assert.equal(metafiles.length, 9);
    const folders = metafiles
      .flatMap(({ inputs }) => Object.keys(inputs))
      .filter((file) => file.includes("node_modules/"))
      .map((file) =>
        file
          .split("/")
          .slice(0, /node_modules\/@/.test(file) ? 3 : 2)
          .join("/"),
      );
    assert.ok(new Set(folders).size > 10);
    const text = notices();
    const missing = [...new Set(folders)].filter((folder) => {
      const { name, version } = JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));
      const notice = text.split(`\n${name} ${version} (`)[1]?.split(/\n-{80}\n/)[0] ?? "";
      const license = readdirSync(join(ROOT, folder)).find((file) => /^licen[cs]e/i.test(file));
      const words = (of: string) => of.replace(/\s+/g, " ").trim();
      if (license) return !words(notice).includes(words(readFileSync(join(ROOT, folder, license), "utf8")));
      return !/Copyright .*Permission/s.test(notice);
    });
    assert.deepEqual(missing, []);
  });
});

const notices = () => readFileSync(join(ROOT, "THIRD-PARTY-NOTICES"), "utf8");
