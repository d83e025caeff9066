export { attribute } from "./attribute.ts";
export * from "./model.ts";
export { readSpend } from "./read.ts";
