/** In a browser there is no sample account, and nothing that one could have left. */
export const isEndedSample = (): boolean => false;

export const isSampleId = (): boolean => false;
