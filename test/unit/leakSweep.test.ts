import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SweepOptions } from "../../src/leaks/model.ts";
import { startSweep } from "../../src/leaks/startSweep.ts";
import { plantFiles, plantSkipped } from "../support/leaks/corpus.ts";
import { Planted } from "../support/leaks/plant.ts";
import { write } from "../support/leaks/repository.ts";

const sweep = (options: SweepOptions) => startSweep(options, { signal: new AbortController().signal, onProgress() {} });

function decode(bytes: Buffer): string {
  const isBig = bytes[0] === 0xfe || bytes[0] === 0;
  const isWide = isBig || bytes[0] === 0xff || bytes[1] === 0 || bytes.at(-1) === 0;
  const text = isBig ? Buffer.from(bytes).swap16().toString("utf16le") : bytes.toString(isWide ? "utf16le" : "utf8");
  return text.replace(/^\uFEFF/, "");
}

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

  it("tells line and column as an editor does", async () => {
    const planted = new Planted();
    const folder = join(root, "places");
    plantFiles(folder, planted);
    const { secrets } = await sweep({ folders: [folder], history: false });
    let compared = 0;
    for (const { secret, places } of secrets)
      for (const place of places) {
        // How a text of an unusual encoding is shown depends on the editor.
        if (place.kind !== "file" || place.form !== "plain" || /appended|utf32|chinese|nul-separated/.test(place.path))
          continue;
        const text = decode(readFileSync(place.path)).split(/\r\n|\r|\n/)[place.line - 1] ?? "";
        assert.equal(text.slice(place.column - 1, place.endColumn - 1).toLowerCase(), secret, place.path);
        assert.equal(place.endLine, place.line);
        compared++;
      }
    assert.ok(compared > 30);
  });

  it("fails without a detail if its thread fails", async () => {
    const broken = { folders: "none", history: false } as unknown as SweepOptions;
    await assert.rejects(sweep({ ...broken, texts: [{ uri: "a:b", text: 1 as unknown as string }] }), {
      message: "The search for leaked keys stopped unexpectedly.",
    });
  });

  it("searches texts that are in no file", async () => {
    const secret = new Planted().make("text");
    const texts = [{ uri: "untitled:a", text: `a\r\n  ${secret}` }];
    const { secrets, problems } = await sweep({ folders: [], history: true, texts });
    const place = { kind: "unsaved", uri: "untitled:a", form: "plain", line: 2, column: 3, endLine: 2, endColumn: 76 };
    assert.deepEqual(secrets, [{ secret, places: [place] }]);
    assert.deepEqual(problems, []);
  });

  it("keeps what was found if a file that was made to be slow is being searched when it is stopped", async () => {
    const [folder, planted] = [join(root, "slow"), new Planted()];
    const secret = planted.make("before");
    write(folder, "a.txt", secret);
    const slow = Buffer.from('sk-or-v1-a"%2d'.repeat(1000)).toString("hex");
    write(folder, "b.txt", slow.repeat(8_000_000 / slow.length));
    const control = new AbortController();
    const onProgress = () => control.abort();
    const result = await startSweep({ folders: [folder], history: false }, { signal: control.signal, onProgress });
    assert.deepEqual([result.secrets.map((one) => one.secret), result.isComplete], [[secret], false]);
    assert.equal(result.secrets[0]?.places.length, 1);
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
