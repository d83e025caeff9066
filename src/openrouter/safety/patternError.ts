/** Thrown for a pattern that is not a regular expression, or that is not supported. */
export class PatternError extends Error {}
