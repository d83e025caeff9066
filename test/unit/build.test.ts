import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

describe("esbuild.js --outdir", () => {
  it("deletes no folder that isn't the output of a build", () => {
    const folder = mkdtempSync(join(tmpdir(), "openrouter-admin-build-"));
    const file = join(folder, "server.js");
    try {
      writeFileSync(file, "mine");
      for (const outdir of [folder, file]) {
        const { status, stderr } = spawnSync(process.execPath, ["esbuild.js", `--outdir=${outdir}`], {
          cwd: ROOT,
          encoding: "utf8",
        });
        assert.equal(status, 1);
        assert.match(stderr, outdir === folder ? /would be deleted, but it is not the output/ : /ENOTDIR/);
        assert.ok(existsSync(file));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
