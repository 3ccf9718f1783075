/** What a trial tells the command that started it. */
export type Outcome =
  | {
      readonly figure: number;
      readonly best: number;
      /** By this library, in one run. */
      readonly copied: number;
    }
  /** This machine cannot run it. */
  | { readonly unavailable: string }
  /** It threw, or returned the wrong result, or copied another number of bytes than it should. */
  | { readonly failed: string };

/** Thrown by a subject that cannot run on this machine; the message says what is missing. */
export class Unavailable extends Error {
  override name = "Unavailable";
}
