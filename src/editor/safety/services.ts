import type { SafetyView } from "./safetyView.ts";
import type { SafetySources } from "./sources.ts";

/** The dependencies of the commands of the Key Safety view. */
export interface SafetyServices extends SafetySources {
  view: SafetyView;
}
