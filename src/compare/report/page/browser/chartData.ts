/** What the page hands to its charts: plain data, no Node and no browser. */

export type Role = "baseline" | "contender" | "other";

/** Bars with their spread, one per mechanism. */
export interface ChartData {
  readonly id: string;
  readonly labels: string[];
  readonly roles: readonly Role[];
  readonly median: number[];
  readonly min: readonly number[];
  readonly max: readonly number[];
  /** To be written at the bars; empty: nothing. */
  readonly texts: readonly string[];
}

/** Lines over sizes, one per mechanism. */
export interface CurveData {
  readonly id: string;
  readonly unit: "seconds" | "bytes";
  readonly sizes: number[];
  readonly sizeLabels: readonly string[];
  readonly lines: readonly {
    readonly label: string;
    readonly role: Role;
    /** Tells the others apart. */
    readonly shade: number;
    readonly values: (number | null)[];
  }[];
}
