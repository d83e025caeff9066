/** How a window lets agents write: not at all, after a question for each write, or with questions only where much is lost. */
export const writeModes = ["off", "ask", "on"] as const;
export type WriteMode = (typeof writeModes)[number];
