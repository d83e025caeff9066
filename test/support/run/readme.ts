// `npm run readme`: writes the tables of tools in README.md.
import { writeFileSync } from "node:fs";
import { README, readmeWithTools } from "../toolTable.ts";

writeFileSync(README, readmeWithTools());
