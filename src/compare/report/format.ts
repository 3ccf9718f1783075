/** Numbers for people: short, with their unit, decimal multiples (1 MB is 10^6 bytes). */
import type { Figure } from "../measure/figure.ts";

/** Stands where a system does not tell. */
export const unknown = "–";

export function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let power = 0;
  while (value >= 999.5 && power < units.length - 1) {
    value /= 1000;
    power++;
  }
  return `${power === 0 ? value : significant(value)} ${units[power]}`;
}

/** Powers of two, for sizes that are: `64 KiB`. */
export function binaryBytes(value: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let power = 0;
  while (value >= 1024 && power < units.length - 1) {
    value /= 1024;
    power++;
  }
  return `${Number.isInteger(value) ? value : significant(value)} ${units[power]}`;
}

/** Three significant digits, never an exponent. */
export function significant(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString("en-US");
  return value.toFixed(value >= 10 ? 1 : 2);
}

/** The median, by `format`. */
export function median(figure: Figure, format: (value: number) => string): string {
  return figure ? format(figure.median) : unknown;
}

/** Half the range, as what follows `±`. */
export function spread(figure: Figure): string {
  if (!figure || figure.max === figure.min) return "";
  return `±${significant((figure.max - figure.min) / 2)}`;
}

/** Without control characters: a file name can hold a line break, a foreign result an escape code. */
export function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- that is what it is for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ");
}

/** A number of things; of fewer than ten a fraction shows, because it is a mean over transfers. */
export function count(value: number): string {
  return value < 10 && !Number.isInteger(value)
    ? value.toFixed(1)
    : Math.round(value).toLocaleString("en-US");
}

/** The same figure in another unit. */
export function scaled(figure: Figure, factor: number): Figure {
  return (
    figure && {
      median: figure.median * factor,
      min: figure.min * factor,
      max: figure.max * factor,
    }
  );
}

/** Of things that take from nanoseconds to minutes. */
export function duration(seconds: number): string {
  const units = ["s", "ms", "µs", "ns"];
  let power = 0;
  while (seconds < 0.9995 && seconds > 0 && power < units.length - 1) {
    seconds *= 1000;
    power++;
  }
  return `${significant(seconds)} ${units[power]}`;
}

/** Half the range as a part of the median, where values differ too much to be given in one unit. */
export function spreadPercent(figure: Figure): string {
  if (!figure || figure.max === figure.min || figure.median === 0) return "";
  return `±${Math.round(((figure.max - figure.min) / 2 / figure.median) * 100)} %`;
}
