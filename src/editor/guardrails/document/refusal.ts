/** Why a document was not saved. VS Code shows the name before the message, and nothing else of an error. */
export function refusal(message: string): Error {
  const error = new Error(message);
  error.name = "OpenRouter";
  return error;
}
