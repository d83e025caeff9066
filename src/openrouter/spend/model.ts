// The spend table and everything computed from it, without an account: for code that runs in a browser.
export * from "./aggregate.ts";
export { type Comparison, compare } from "./compare.ts";
export { type ExportRow, exportRows } from "./exportRows.ts";
export type { SpendRequest } from "./request.ts";
export * from "./span.ts";
export * from "./table.ts";
