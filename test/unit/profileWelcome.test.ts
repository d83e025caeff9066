import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { commandIds, contextKeys, viewIds } from "../../src/editor/platform/ids.ts";

const read = (name: string) => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), "utf8"));
const { viewsWelcome, menus } = read("package.json").contributes;

describe("Switch Account", () => {
  for (const texts of ["package.nls.json", "package.nls.de.json"])
    it(`is offered without a key, or with a rejected one, if there are accounts (${texts})`, () => {
      const nls = read(texts);
      const offers = viewsWelcome.filter(({ contents }: { contents: string }) =>
        nls[contents.slice(1, -1)].includes(`command:${commandIds.switchAccount})`),
      );
      assert.deepEqual(
        offers.map(({ view, when }: { view: string; when: string }) => `${view}: ${when}`),
        [
          `${viewIds.credits}: ${contextKeys.state} == signedOut && ${contextKeys.accounts}`,
          `${viewIds.credits}: ${contextKeys.state} == wrongKey && ${contextKeys.accounts} > 1`,
          `${viewIds.keys}: ${contextKeys.keysState} == wrongKey && ${contextKeys.saidState} != wrongKey && ${contextKeys.accounts} > 1`,
          `${viewIds.guardrails}: ${contextKeys.guardrailsState} == wrongKey && ${contextKeys.saidState} != wrongKey && ${contextKeys.accounts} > 1`,
          `${viewIds.safety}: ${contextKeys.safetyState} == wrongKey && ${contextKeys.saidState} != wrongKey && ${contextKeys.accounts} > 1`,
          `${viewIds.members}: ${contextKeys.membersState} == wrongKey && ${contextKeys.saidState} != wrongKey && ${contextKeys.accounts} > 1`,
        ],
      );
    });

  it("is in the view's title if there are accounts", () => {
    const item = menus["view/title"].find(({ command }: { command: string }) => command === commandIds.switchAccount);
    assert.match(item.when, new RegExp(`\\|\\| view == ${viewIds.credits} && ${contextKeys.accounts}$`));
  });
});
