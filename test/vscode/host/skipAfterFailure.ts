/**
 * Skips, and so counts, what comes after a failed step of a suite; `bail` would drop the suite if any other had failed.
 * A step is tried a second time: a browser on a busy machine misses a click now and then.
 */
export function skipAfterFailure(suite: Mocha.Suite): void {
  suite.retries(1);
  let failed = false;
  suite.beforeEach(function () {
    if (failed) this.skip();
  });
  suite.afterEach(function () {
    failed ||= this.currentTest?.state === "failed";
  });
}
