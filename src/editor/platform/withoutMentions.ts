/**
 * Keeps names in a question from acting as commands of the chat (`/name`), tools and files (`#name`) or participants
 * (`@name`): breaks each with an invisible space, unless it is inside a word, as in a model id.
 */
export function withoutMentions(text: string): string {
  return text.replace(/(?<![\p{L}\p{N}])[/#@]/gu, "\u200b$&");
}
