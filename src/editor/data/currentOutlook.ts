import type { AccountOutlook } from "../../openrouter/foresight/forecast/readOutlook.ts";
import { utcDay } from "../../openrouter/text/figures.ts";
import type { AccountSession } from "./accountData.ts";

/** Returns the outlook unless it is of an earlier UTC day: it may be about another month, and days that have passed. */
export function currentOutlook({ data, client }: Pick<AccountSession, "client" | "data">): AccountOutlook | undefined {
  const outlook = data.outlook.current?.value;
  return outlook?.readAt.slice(0, 10) === utcDay(client.now()) ? outlook : undefined;
}
