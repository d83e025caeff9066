/** More notifications of the same kind share one. */
export const MAX_SINGLE = 3;
