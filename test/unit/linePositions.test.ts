import assert from "node:assert/strict";
import fc from "fast-check";
import { linePositions } from "../../src/editor/rotation/files/linePositions.ts";

describe("line positions", () => {
  it("are those of the lines before each offset", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "\n", "\r", "\r\n"), maxLength: 40 });
    fc.assert(
      fc.property(text, (written) => {
        // Between \r and \n is no place where a text begins.
        const isPlace = (offset: number) => !(written[offset - 1] === "\r" && written[offset] === "\n");
        const offsets = [...written.split("").keys(), written.length].filter(isPlace);
        for (const [i, { line, lineStart }] of linePositions(written, offsets).entries()) {
          const lines = written.slice(0, offsets[i]).split(/\r\n|\r|\n/);
          assert.deepEqual([line, lineStart], [lines.length, offsets[i]! - lines.at(-1)!.length]);
        }
      }),
    );
  });
});
