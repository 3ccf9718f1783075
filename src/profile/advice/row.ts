/** One row of the tables in this folder: what an API copies, and what copies less. */
import type { Kind } from "../model.ts";

export interface Row {
  /** By the names that `sitesOf` gives, and others that people use. */
  readonly apis: readonly string[];
  /** Which of its copies; those in user space when not said. */
  readonly kind?: Kind;
  /** What it copies, in one line. */
  readonly copies: string;
  /** What to write instead, short enough for a table; empty where nothing copies less. */
  readonly instead: string;
  /** The module that exports the name with which `instead` begins; a global or a method when not said. */
  readonly from?: string;
  /** What has to be true of the program. Then {@link saves} is the most that can be saved. */
  readonly when?: string;
  /** The part of the site's bytes that is saved, measured by test/system/profile.advice.test.ts. */
  readonly saves: number;
  /** Page of docs/guide, and anchor. */
  readonly guide: string;
}
