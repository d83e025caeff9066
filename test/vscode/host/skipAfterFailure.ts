/**
 * Skips (and so counts) the tests after a failed one in the same suite; Mocha's `bail` would also stop other suites.
 * Each test is retried once, since a browser on a busy machine occasionally misses a click.
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
