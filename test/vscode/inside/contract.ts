/** The environment variable that names the file for Mocha's results. */
export const RESULTS_VARIABLE = "OPENROUTER_TEST_RESULTS";

/** The environment variable that holds the true figures, as JSON. */
export const EXPECTED_VARIABLE = "OPENROUTER_TEST_EXPECTED";

/** Expected values from the sample account, passed to the inner tests. */
export interface Expected {
  remaining: number;
  /** The account's key, which must not appear in tool results or descriptions. */
  key: string;
}
