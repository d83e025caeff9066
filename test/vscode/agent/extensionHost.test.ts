import assert from "node:assert/strict";
import Mocha from "mocha";
import { type SampleAccount, startSampleAccount } from "../../../src/sample/index.ts";
import { ensureChromium } from "../host/chromium.ts";
import { type InnerTest, runInside } from "../host/inside.ts";
import { ensureHost } from "../host/install.ts";
import { ensureVsix } from "../host/vsix.ts";
import { EXPECTED_VARIABLE, type Expected } from "../inside/contract.ts";
import { trueRemaining } from "../truth/api.ts";

describe("inside the extension host", function () {
  // The first run on a machine installs the editor.
  this.timeout(15 * 60_000);
  let account: SampleAccount;
  let tests: InnerTest[] = [];

  before(async () => {
    await ensureHost();
    await ensureChromium();
    account = await startSampleAccount();
    const expected: Expected = { remaining: await trueRemaining(account), key: account.key };
    tests = await runInside({
      vsix: [await ensureVsix()],
      settings: { "openrouterAdmin.baseUrl": account.baseUrl },
      env: { OPENROUTER_PROVISIONING_KEY: account.key, [EXPECTED_VARIABLE]: JSON.stringify(expected) },
    });
    // Each inner test becomes a test of this suite, so that the counts are correct.
    for (const test of tests) addResult(this, test);
  });

  after(() => account?.close());

  it("runs all inner tests", () => {
    assert.ok(tests.length > 0, "no test ran");
  });
});

function addResult(suite: Mocha.Suite, { title, err, duration }: InnerTest): void {
  const took = duration === undefined ? "" : ` (${duration} ms in the host)`;
  suite.addTest(
    new Mocha.Test(`${title}${took}`, () => {
      if (err.message !== undefined) assert.fail(err.stack ?? err.message);
    }),
  );
}
