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
