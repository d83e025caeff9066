import assert from "node:assert/strict";
import fc from "fast-check";
import { findInText } from "../../src/editor/leaks/findInText.ts";
import { findInPieces } from "../../src/editor/leaks/live/findInPieces.ts";
import { findSecrets } from "../../src/leaks/detect/findSecrets.ts";
import { makeSecret } from "../support/plantedSecrets.ts";

const secret = makeSecret();
const forms = {
  plain: secret,
  split: `"${secret.slice(0, 20)}" +\r\n    "${secret.slice(20)}"`,
  escaped: encodeURIComponent(secret).replaceAll("-", "%2D"),
  base64: Buffer.from(`key: ${secret}`).toString("base64"),
  longer: `${secret}a`,
  word: `ta${secret}`,
};

describe("secrets in long texts", () => {
  it("are found once and at their place, wherever a piece begins", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(60_000), fc.constantFrom(...Object.values(forms))), { maxLength: 8 }),
        async (parts) => {
          const text = parts.map(([length, form]) => `${"x = 1;\r\n".repeat(length / 8)} ${form} `).join("");
          const places = (found: ReturnType<typeof findSecrets>) =>
            found.map(({ start, end, form }) => `${start} ${end} ${form}`);
          assert.deepEqual(places(await findInPieces(text)), places(findSecrets(text)));
        },
      ),
      { numRuns: 40 },
    );
  });

  it("are found in a thread if the text is very long, or made to be slow", async () => {
    const slow = `c2stb3It${" ".repeat(30)}`.repeat(20_000);
    for (const before of ["f(1);\r\n".repeat(200_000), "f(1);".repeat(300_000), slow]) {
      const text = `${before}\n${forms.split}\n`;
      const [one, ...more] = await findInPieces(text);
      assert.deepEqual(more, []);
      assert.deepEqual(
        [one?.secret, one?.start, one?.end],
        [secret, text.indexOf(secret.slice(0, 20)), text.length - 2],
      );
    }
  });

  it("are found in each of many texts that are searched at once", async () => {
    const secrets = Array.from({ length: 25 }, () => makeSecret());
    const texts = secrets.map((one, i) => "f(1);\r\n".repeat(i % 2 === 0 ? 10 : 1_000) + one);
    const found = await Promise.all(texts.map((text) => findInText(text)));
    for (const [i, [one, ...more]] of found.entries()) {
      assert.deepEqual([one?.secret === secrets[i], more.length], [true, 0]);
      assert.deepEqual([one?.start, one?.end], [texts[i]!.length - secrets[i]!.length, texts[i]!.length]);
    }
  });

  it("are no longer searched for when the text has changed", async () => {
    const control = new AbortController();
    for (const text of ["f(1);".repeat(100_000), "f(1);".repeat(300_000)]) {
      const searching = findInPieces(text, control.signal);
      control.abort(new Error("changed"));
      await assert.rejects(searching, /changed/);
    }
  });
});
