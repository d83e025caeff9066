import type { Diffs } from "../ui/diffs.ts";
import type { Installation } from "./launcher.ts";

/** What the flow needs of this window. */
export interface ClientServices {
  installation: Installation;
  /** True if the extension runs on another computer than VS Code's window. */
  isRemote: boolean;
  diffs: Diffs;
}
