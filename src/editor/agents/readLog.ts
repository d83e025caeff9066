import type { ChannelRequest } from "../../channel/protocol.ts";
import { oneLine } from "../../openrouter/text/printable.ts";
import type { Log } from "../platform/log.ts";

/** The requests of one call follow each other. */
const SAME_CALL_MS = 1_000;

/** Writes to the log which clients read from the account through this window: a line a call, not one a request. */
export function createReadLog(log: Pick<Log, "info">): (request: Pick<ChannelRequest, "caller">) => void {
  let [last, at] = ["", 0];
  return ({ caller: { client, tool } }) => {
    const text = `${oneLine(tool)} read for ${oneLine(client)}`;
    if (text !== last || Date.now() - at > SAME_CALL_MS) log.info(text);
    [last, at] = [text, Date.now()];
  };
}
