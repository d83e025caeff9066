import type { ChannelRequest } from "../../channel/protocol.ts";
import { excerpt, oneLine } from "../../openrouter/text/printable.ts";
import type { Log } from "../platform/log.ts";

/** Requests of one tool call follow each other within this time. */
const SAME_CALL_MS = 1_000;
const MAX_NAME = 80;

/** Logs which clients read from the account through this window: one line per tool call, not per request. */
export function createReadLogger(log: Pick<Log, "info">): (request: Pick<ChannelRequest, "caller">) => void {
  let [last, at] = ["", 0];
  return ({ caller }) => {
    const [client, tool] = [caller.client, caller.tool].map((name) => JSON.stringify(excerpt(oneLine(name), MAX_NAME)));
    const call = `${tool} ${client}`;
    if (call !== last || Date.now() - at > SAME_CALL_MS) log.info(`${tool} read for ${client}`);
    [last, at] = [call, Date.now()];
  };
}
