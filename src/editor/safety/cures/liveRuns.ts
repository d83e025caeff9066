/** The ids of the runs that this window is working on. Their records may say otherwise, if the last write failed. */
export const liveRuns = new Set<string>();
