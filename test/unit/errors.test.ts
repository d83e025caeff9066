import assert from "node:assert/strict";
import { NotFoundError, OpenRouterError } from "../../src/openrouter/errors.ts";

describe("OpenRouterError.withNextStep", () => {
  it("keeps everything else, and the error as the cause", () => {
    const error = new NotFoundError("Not found.", "Check the id.", { status: 404, code: "not_found" });
    error.mayHaveTakenEffect = true;
    const other = error.withNextStep("List the ids.");
    assert.ok(other instanceof NotFoundError && other instanceof OpenRouterError);
    assert.deepEqual(
      { ...other, message: other.message, cause: other.cause },
      { ...error, nextStep: "List the ids.", message: "Not found.", cause: error },
    );
    assert.equal(error.nextStep, "Check the id.");
    assert.equal(error.withNextStep("List the ids.", "Gone.").message, "Gone.");
  });
});
