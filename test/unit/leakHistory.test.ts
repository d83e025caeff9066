import assert from "node:assert/strict";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LeakPlace, SweepResult } from "../../src/leaks/model.ts";
import { startSweep } from "../../src/leaks/startSweep.ts";
import { plantHistory } from "../support/leaks/history.ts";
import { Planted } from "../support/leaks/plant.ts";

/** A place in short, such as "commit a.txt:1:5 branch pushed". */
function describePlace(place: LeakPlace, root: string): string {
  const short = (path: string) => path.replace(root, "");
  const at = `${place.line}:${place.column}`;
  if (place.kind === "file") return `file ${short(place.path)}:${at}`;
  if (place.kind === "name") return `name ${short(place.path)}:${at}`;
  if (place.kind === "unsaved") return `unsaved ${place.uri}:${at}`;
  if (place.kind === "staged") return `staged ${short(place.repository)} ${place.path}:${at}`;
  if (place.kind === "blob") return `blob ${short(place.repository)} ${at}`;
  const pushed = place.isPushed === undefined ? "perhaps pushed" : place.isPushed ? "pushed" : "not pushed";
  return `${place.from} ${short(place.repository)} ${place.inMessage ? "message" : place.path}:${at} ${pushed}`;
}

describe("a sweep of a repository", function () {
  this.timeout(120_000);
  let root: string;
  const planted = new Planted();
  let result: SweepResult;
  before(async () => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "openrouter-leaks-")));
    const work = plantHistory(root, planted);
    const control = { signal: new AbortController().signal, onProgress() {} };
    result = await startSweep({ folders: [work], history: true }, control);
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  const placesOf = (name: string) => {
    const leaked = result.secrets.find(({ secret }) => secret === planted.secrets.get(`history: ${name}`));
    return leaked?.places.map((place) => describePlace(place, root)) ?? [];
  };

  it("finds every planted secret, and nothing else", () => {
    const compared = planted.compare(result.secrets.map(({ secret }) => secret));
    console.log(`      ${planted.secrets.size} planted; recall ${compared.recall}, precision ${compared.precision}`);
    assert.deepEqual({ missed: compared.missed, false: compared.false }, { missed: [], false: 0 });
    assert.deepEqual(result.problems, []);
  });

  const expected: Record<string, string | RegExp> = {
    "deleted, pushed": "branch /work src/config.ts:3:16 pushed",
    "UTF-16": "branch /work wide ü.txt:1:5 pushed",
    message: "branch /work message:3:12 pushed",
    branch: "branch /work feature.env:1:5 perhaps pushed",
    merge: "branch /work feature.env:1:5 perhaps pushed",
    tag: "tag /work release.env:1:1 perhaps pushed",
    "tag message": "tag /work message:2:1 perhaps pushed",
    reflog: "reflog /work amended.env:1:1 not pushed",
    unreachable: "unreachable /work README.md:1:1 perhaps pushed",
    stash: "stash /work README.md:1:1 not pushed",
    "stash of untracked files": "stash /work untracked.txt:1:1 not pushed",
    "older stash": "stash /work README.md:1:1 not pushed",
    note: /^branch \/work [0-9a-f]{40}:1:1 perhaps pushed$/,
    "staged once": "blob /work 1:1",
    staged: "staged /work staged file.txt:2:3",
    "submodule sub": "branch /work/modules/sub key.txt:1:1 pushed",
    "submodule old": "branch /work/.git/modules/modules/old key.txt:1:1 pushed",
    "staged in a linked work tree": "staged /linked linked.txt:1:1",
    bare: "branch /work/bare.git key.txt:1:1 perhaps pushed",
    ignored: "file /work/.env:1:1",
    "remote's URL": /^file \/work\/.git\/config:\d+:\d+$/,
  };
  for (const [name, place] of Object.entries(expected))
    it(`says where a secret is: ${name}`, () => {
      const places = placesOf(name);
      assert.equal(places.length, 1);
      if (typeof place === "string") assert.equal(places[0], place);
      else assert.match(places[0]!, place);
    });

  it("says who committed a secret, and when", () => {
    for (const { places } of result.secrets)
      for (const place of places)
        if (place.kind === "commit") {
          assert.equal(place.author, "Ada Example");
          assert.equal(new Date(place.date).toISOString(), "2026-03-04T05:06:07.000Z");
          assert.match(place.commit, /^[0-9a-f]{40}$/);
        }
  });
});
