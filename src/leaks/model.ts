import type { SecretForm } from "./detect/findSecrets.ts";

/** Where text with a secret is. Lines and columns count from 1, in UTF-16 units as in an editor; the end is exclusive. */
export interface TextRange {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

/** What still leads to a commit: the first of these that does. "unreachable" ones are deleted by Git some day. */
export type CommitSource = "branch" | "tag" | "stash" | "reflog" | "unreachable";

/** A commit that added a secret to a file, or has one in its message. */
export interface CommitPlace {
  kind: "commit";
  /** The work tree's absolute path; of a bare repository, its own. */
  repository: string;
  commit: string;
  /** Relative to the repository, with slashes; empty if the secret is in the message. */
  path: string;
  author: string;
  /** When it was authored, ISO 8601. */
  date: string;
  /**
   * True if a remote-tracking branch has the commit or had it. False if none did though all branches of the remotes are tracked and
   * no tag has it; undefined if that can't be known.
   */
  isPushed: boolean | undefined;
  from: CommitSource;
  /** True if the secret is in the commit itself, or in a tag of it, not in a file; lines count within the message. */
  inMessage?: boolean;
  /** True if it is not in the message but in a header, such as the author; lines then count within the whole object. */
  inHeader?: boolean;
}

/** A file's contents that no known commit has. */
export interface BlobPlace {
  kind: "blob";
  repository: string;
  blob: string;
  /**
   * True if parts of the history are missing or damaged, so that any commit may have it. Otherwise no commit does: Git keeps what
   * was staged once, and deletes it some day.
   */
  mayBeInCommit: boolean;
}

export type LeakPlace = TextRange & { form: SecretForm /** True if a comment allows it. */; isAllowed?: boolean } & (
    | { kind: "file" /** Absolute. */; path: string }
    /** The name of a file or a folder; columns count within the name. */
    | { kind: "name" /** Absolute. */; path: string }
    | { kind: "unsaved"; uri: string }
    | { kind: "staged"; repository: string; path: string /** What is staged. */; blob: string }
    | CommitPlace
    | BlobPlace
  );

/** A secret is never logged, written or shown. */
export interface LeakedSecret {
  secret: string;
  places: LeakPlace[];
}

/** Why a part of the folders or of their history could not be searched. */
export type SweepProblem =
  /** The folder or file doesn't exist or can't be read. */
  | "unreadable-folder"
  | "no-repository"
  /** Git is not installed, or not at the path that is configured. */
  | "git-missing"
  /** Git refuses a repository that belongs to another user. */
  | "git-untrusted"
  /** Git failed: the repository is damaged or was made by a newer version. */
  | "git-failed"
  /** The history begins at a commit whose parents were not downloaded. */
  | "git-shallow"
  /** Objects that were not downloaded could not be searched. */
  | "git-partial"
  /** There are so many secrets that not all are listed. */
  | "too-many-secrets"
  /** A secret is in so many places that not all are listed. */
  | "too-many-places";

export interface SweepResult {
  /** In the order in which they were found. */
  secrets: LeakedSecret[];
  searched: { files: number; blobs: number; commits: number };
  skipped: { binary: number; large: number; unreadable: number; links: number };
  /** Each a `SweepProblem`, a colon and the absolute path; "git-missing" and those of "too-many" have no path. */
  problems: string[];
  /** False if the sweep was stopped before its end. */
  isComplete: boolean;
}

export interface SweepOptions {
  folders: string[];
  /** Texts that are not in files, such as those of unsaved editors. */
  texts?: { uri: string; text: string }[];
  /** Also searches staged changes, commits, tags and stashes of the repositories in and around the folders. */
  history: boolean;
  /** The path of Git; "git" of `PATH` by default. */
  git?: string;
  /** Larger files and blobs are skipped; 100 MB by default. */
  maxFileBytes?: number;
}

/** Files and blobs that are done. The total is missing until it is known. */
export interface SweepProgress {
  phase: "files" | "history";
  done: number;
  total?: number;
}

/** How a sweep is watched and stopped by the thread that runs it. */
export interface SweepControl {
  isCancelled(): boolean;
  onProgress(progress: SweepProgress): void;
  /** Called for each place as it is found. */
  onPlace?(secret: string, place: LeakPlace): void;
}
