export const LANE_VARIABLE = "OPENROUTER_TEST_LANE";

/** A folder for what the jobs of this lane leave each other; undefined where tests are run without lanes. */
export const laneFolder = process.env[LANE_VARIABLE];
