/** The environment variable that names the file for Mocha's results. */
export const RESULTS_VARIABLE = "OPENROUTER_TEST_RESULTS";

/** The environment variable that holds the true figures, as JSON. */
export const EXPECTED_VARIABLE = "OPENROUTER_TEST_EXPECTED";

/** What the sample account holds, told to the tests by those who started it. */
export interface Expected {
  remaining: number;
  /** The key of the account: it must turn up in nothing that a tool or a setting says. */
  key: string;
}
