/**
 * How a chapter tells its results: its own words, tables and drawings, within the frame that all chapters
 * share (table.ts for the terminal, page/page.ts for the browser).
 */
import type { Figure } from "../measure/figure.ts";
import type { Figures } from "../measure/statistics.ts";
import type { TableStyle } from "./columns.ts";
import type { Comparison, MeasuredMechanism, Run } from "./comparison.ts";

export interface Telling {
  /** What it means, in one sentence. */
  summary(comparison: Omit<Comparison, "summary">): string;
  /** What was done, in what situation: the first line in the terminal, before the number of rounds. */
  headline(comparison: Comparison): string;
  /** The tables for one size, in the terminal. */
  tables(run: Run, style: TableStyle): string[];
  /** The table for several sizes, in the terminal. */
  curve(comparison: Comparison, style: TableStyle): string[];
  /** Below the tables: what else a reader has to know about this run. */
  notes(comparison: Comparison): string[];
  readonly page: PageTelling;
}

/** Texts are HTML, except where a comment says that they are plain. */
export interface PageTelling {
  /** Plain. */
  title(comparison: Comparison): string;
  /** Plain; one sentence on what was done, without the machine. */
  situation(comparison: Comparison): string;
  /** The three figures that matter. */
  readonly tiles: readonly Pick<Metric, "header" | "of" | "format">[];
  readonly ways: {
    readonly heading: string;
    readonly introduction: string;
    /** The kinds of line in the drawings. */
    readonly legend: string;
    /** The drawings have hops to play. */
    readonly moving: boolean;
    /** Undefined: there is nothing to draw. */
    draw(mechanism: MeasuredMechanism, run: Run, comparison: Comparison): string | undefined;
  };
  /** Whose figures they are. */
  readonly measured: string;
  readonly metrics: readonly Metric[];
  readonly curves: { readonly introduction: string; readonly all: readonly CurveMetric[] };
  /** One paragraph on how a trial is made. */
  readonly method: string;
  /** Names and plain values, of what was read and done. */
  facts(comparison: Comparison, run: Run): [name: string, value: string][];
}

/** A figure that is shown: in the table of the page, and in a chart when it has a title. */
export interface Metric {
  readonly id: string;
  /** Plain. */
  readonly header: string;
  readonly title?: string;
  readonly explanation?: string;
  readonly of: (figures: Figures, run: Run) => Figure;
  /** Turns a stored value into the one that is drawn. */
  readonly scale: number;
  readonly format: (value: number) => string;
  /** Write the median at its bar: for values so far apart that most bars vanish. */
  readonly written?: true;
}

/** A figure over the sizes: a chart with a table below. */
export interface CurveMetric extends Pick<Metric, "id" | "of" | "format"> {
  readonly title: string;
  /** Of the axis. A zero is drawn at the bottom of `bytes`, and left out of `seconds`. */
  readonly unit: "seconds" | "bytes";
  /** Plain; over the table, whose cells are in `format`. */
  readonly caption: string;
}
