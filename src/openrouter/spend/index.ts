export { attribute } from "./attribute.ts";
export type { CurrentSpend } from "./context.ts";
export * from "./model.ts";
export { readSpend } from "./read.ts";
export { withNames } from "./rename.ts";
