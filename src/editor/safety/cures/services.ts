import type { RotationServices } from "../../rotation/services.ts";
import type { CureJournal } from "./journal.ts";

/** The dependencies of the cures. */
export interface CureServices extends RotationServices {
  journal: CureJournal;
}
