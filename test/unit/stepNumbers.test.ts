import assert from "node:assert/strict";
import fc from "fast-check";
import { stepNumbers } from "../../src/editor/ui/stepNumbers.ts";

describe("the steps of a wizard", () => {
  const when = () => true;

  it("have the number of the one before if they are conditional", () => {
    assert.deepEqual(stepNumbers([{}, {}, { when }, { when }, {}, {}]), [1, 2, 2, 2, 3, 4]);
    assert.deepEqual(stepNumbers([{ when }, {}]), [1, 2]);
    assert.deepEqual(stepNumbers([]), []);
  });

  it("leave out no number and end with the last, whichever are skipped", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ conditional: fc.boolean(), skipped: fc.boolean() }), { minLength: 1 }),
        (all) => {
          const numbers = stepNumbers(all.map(({ conditional }) => (conditional ? { when } : {})));
          const shown = numbers.filter((_, i) => i === 0 || !all[i]?.conditional || !all[i]?.skipped);
          for (const [i, number] of shown.entries())
            assert.ok(i === 0 ? number === 1 : number === shown[i - 1] || number === shown[i - 1]! + 1);
          assert.equal(shown.at(-1), numbers.at(-1));
        },
      ),
    );
  });
});
