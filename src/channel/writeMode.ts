/** Setting for writes of agents: never, ask before each write, or allow all (see `isGrave` for the exceptions). */
export const writeModes = ["off", "ask", "on"] as const;
export type WriteMode = (typeof writeModes)[number];
