export const LANE_VARIABLE = "OPENROUTER_TEST_LANE";

/** A folder that the jobs of this lane share; undefined if the tests run without lanes. */
export const laneFolder = process.env[LANE_VARIABLE];
