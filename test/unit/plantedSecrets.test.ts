import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findPlantedSecrets, makeSecret } from "../support/plantedSecrets.ts";

describe("the search for planted secrets", () => {
  const folder = mkdtempSync(join(tmpdir(), "openrouter-admin-planted-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const secret = makeSecret();
  const label = `${secret.slice(0, 12)}...${secret.slice(-4)}`;
  const put = (name: string, content: string | Buffer) => {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  };

  it("finds one in any file and text, in every form, and doesn't repeat it", () => {
    const forms: Record<string, string | Buffer> = {
      "logs/1/exthost/extension.log": `[error] ${secret}`,
      "User/globalStorage/x/record.json": JSON.stringify({ secret: secret.slice(9) }),
      "User/globalStorage/x/16.bin": Buffer.from(`x${secret}`, "utf16le"),
      "User/base64.txt": Buffer.from(`Bearer ${secret}`).toString("base64"),
    };
    for (const [name, content] of Object.entries(forms)) {
      const file = put(name, content);
      const found = findPlantedSecrets({ folders: [folder] });
      assert.deepEqual(found, [`${label} in ${name}`]);
      assert.ok(!found.join().includes(secret.slice(12, -4)));
      rmSync(file);
    }
    const texts = {
      "the requests": JSON.stringify([{ body: { key: secret } }]),
      "the logs": `${label} ${makeSecret()}`.slice(0, 40),
    };
    assert.deepEqual(findPlantedSecrets({ texts }, [secret]), [`${label} in the requests`]);
  });

  it("accepts labels, hashes, and VS Code's copies of what is in editors", () => {
    put("logs/1/a.log", `${label} and another`);
    put("User/History/ab/cd.ts", secret);
    put("Backups/1/untitled/x", secret);
    assert.deepEqual(findPlantedSecrets({ folders: [folder] }), []);
    put("User/HistoryOfKeys/x", secret);
    assert.equal(findPlantedSecrets({ folders: [folder] }).length, 1);
  });
});
