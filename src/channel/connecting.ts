// What a server needs to use a window: one file of its own, loaded with the first use.
export { getAccountId } from "../openrouter/account/accountId.ts";
export { createChannelClient } from "./client.ts";
export { findWindow } from "./connect.ts";
export { entryFolder } from "./entries.ts";
export { watchEntries } from "./watchEntries.ts";
