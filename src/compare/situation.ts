/** The circumstances under which bytes are moved; a chapter that knows none is always at rest. */
export interface Situation {
  /** Drop the file from the page cache before each trial. */
  readonly cold: boolean;
  /** Transfers at a time. */
  readonly concurrency: number;
  /** The receiver takes a second for each transfer. */
  readonly slowReader: boolean;
}
