import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SweepOptions } from "../../src/leaks/model.ts";
import { startSweep } from "../../src/leaks/startSweep.ts";
import { plantFiles, plantSkipped } from "../support/leaks/corpus.ts";
import { Planted } from "../support/leaks/plant.ts";

const sweep = (options: SweepOptions) => startSweep(options, { signal: new AbortController().signal, onProgress() {} });

describe("a sweep of folders", () => {
  let root: string;
  before(() => {
    root = mkdtempSync(join(tmpdir(), "openrouter-leaks-"));
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  it("finds every planted secret, and nothing that only looks like one", async () => {
    const planted = new Planted();
    plantFiles(join(root, "corpus"), planted);
    const { secrets, problems, isComplete } = await sweep({ folders: [join(root, "corpus")], history: false });
    const compared = planted.compare(secrets.map(({ secret }) => secret));
    console.log(`      ${planted.secrets.size} planted; recall ${compared.recall}, precision ${compared.precision}`);
    assert.deepEqual({ missed: compared.missed, false: compared.false }, { missed: [], false: 0 });
    assert.deepEqual({ problems, isComplete }, { problems: [], isComplete: true });
  });

  it("skips and counts binary and large files, and links that lead out of the folders", async () => {
    const [folder, outside] = [join(root, "skipped"), join(root, "outside")];
    plantSkipped(folder, outside, new Planted().make("outside"));
    const result = await sweep({ folders: [folder], history: false, maxFileBytes: 15_000_000 });
    assert.deepEqual(result, {
      secrets: [],
      searched: { files: 0, blobs: 0, commits: 0 },
      skipped: { binary: 1, large: 1, unreadable: 0, links: 2 },
      problems: [],
      isComplete: true,
    });
  });
});
