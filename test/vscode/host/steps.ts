/** Skips, and so counts, what comes after a failed step of a suite; `bail` would drop the suite if any other had failed. */
export function stepByStep(suite: Mocha.Suite): void {
  let failed = false;
  suite.beforeEach(function () {
    if (failed) this.skip();
  });
  suite.afterEach(function () {
    failed ||= this.currentTest?.state === "failed";
  });
}
