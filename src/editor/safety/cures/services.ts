import type { RotationServices } from "../../rotation/services.ts";
import type { CureJournal } from "./journal.ts";

/** The dependencies of the cures. */
export interface CureServices extends RotationServices {
  journal: CureJournal;
  /** The rows that are selected in a visible view: what a cure without rows is probably for. */
  selectedRows(): readonly unknown[];
}
