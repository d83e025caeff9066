import {
  ForbiddenError,
  IntermediaryError,
  NetworkError,
  TimeoutError,
  UnauthorizedError,
} from "../../openrouter/errors.ts";
import type { ViewState } from "../platform/ids.ts";

/** The view state that a failed request leads to: the next step differs. */
export function viewStateForError(error: unknown): ViewState {
  if ([UnauthorizedError, ForbiddenError].some((kind) => error instanceof kind)) return "wrongKey";
  if ([NetworkError, TimeoutError, IntermediaryError].some((kind) => error instanceof kind)) return "offline";
  return "error";
}
