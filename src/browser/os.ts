// Replaces `node:os` in the web bundle.

/** A browser has no home folder: its file dialogs start where the user last was. */
export const homedir = (): string => "/";
