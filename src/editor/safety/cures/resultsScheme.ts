/** The scheme of the documents with the results of cures. */
export const resultsScheme = "openrouter-admin-key-changes";
