import { randomUUID } from "node:crypto";
import type { CureRun } from "../../../openrouter/safety/cures/record.ts";
import type { AccountSession } from "../../data/accountData.ts";
import type { CureServices } from "./services.ts";

/** Records a run that the person has confirmed. Nothing is sent yet. */
export async function recordRun(
  services: CureServices,
  session: AccountSession,
  given: Pick<CureRun, "kind" | "items" | "undoes" | "replace" | "guardrails">,
): Promise<CureRun> {
  const run: CureRun = {
    ...given,
    version: 1,
    id: randomUUID(),
    account: session.id,
    startedAt: session.client.now().toISOString(),
    owner: await services.registry.ownerStamp(),
  };
  await services.journal.create(run);
  return run;
}
