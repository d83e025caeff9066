import type { Tool } from "../defineTool.ts";
import { accountTools } from "./account.ts";
import { activityTools } from "./activity.ts";
import { extraTools } from "./extra.ts";
import { guardrailAssignTools } from "./guardrailAssign.ts";
import { guardrailTools } from "./guardrails.ts";
import { guardrailWriteTools } from "./guardrailWrites.ts";
import { keyTools } from "./keys.ts";
import { keyWriteTools } from "./keyWrites.ts";
import { modelTools } from "./models.ts";

/** All tools: by default 16 that read and 10 that write, and the group `extra`. */
export const allTools: readonly Tool[] = [
  ...accountTools,
  ...keyTools,
  ...activityTools,
  ...modelTools,
  ...guardrailTools,
  ...keyWriteTools,
  ...guardrailWriteTools,
  ...guardrailAssignTools,
  ...extraTools,
];
