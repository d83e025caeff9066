import {
  ForbiddenError,
  IntermediaryError,
  NetworkError,
  TimeoutError,
  UnauthorizedError,
} from "../../openrouter/errors.ts";
import type { ViewState } from "../platform/ids.ts";

/** Maps the error of a request to the view state; each state has its own welcome view. */
export function viewStateForError(error: unknown): ViewState {
  if ([UnauthorizedError, ForbiddenError].some((kind) => error instanceof kind)) return "wrongKey";
  if ([NetworkError, TimeoutError, IntermediaryError].some((kind) => error instanceof kind)) return "offline";
  return "error";
}
