/** Columns of numbers that add up where the reader can see it. */

const units = ["B", "kB", "MB", "GB", "TB", "PB"];

/** Bytes in the one unit that suits their sum, with four digits of it. */
export class Amounts {
  readonly unit: string;
  readonly #factor: number;
  readonly #decimals: number;

  /** @param largest - what the largest of them comes to, as a rule their sum. */
  constructor(largest: number) {
    let power = 0;
    while (power < units.length - 1 && largest >= 9999.5 * 1000 ** power) power += 1;
    this.unit = units[power]!;
    this.#factor = 1000 ** power;
    const before = Math.floor(Math.log10(Math.max(1, largest / this.#factor)));
    this.#decimals = power === 0 ? 0 : Math.max(0, 3 - before);
  }

  format(bytes: number): string {
    return this.text(bytes / this.#factor);
  }

  withUnit(bytes: number): string {
    return `${this.format(bytes)} ${this.unit}`;
  }

  /** Rounded so that they add up to their rounded sum. */
  formatParts(parts: readonly number[]): string[] {
    return this.roundedParts(parts).map((part) => this.text(part));
  }

  /** The same as numbers, in the unit. */
  roundedParts(parts: readonly number[]): number[] {
    return roundedParts(
      parts.map((bytes) => bytes / this.#factor),
      this.#decimals,
    );
  }

  /** @param value - in the unit. */
  text(value: number): string {
    return grouped(value, this.#decimals);
  }
}

/** Shares of a sum in percent, with one decimal, that add up to 100. */
export function percentages(parts: readonly number[], sum: number): string[] {
  const shares = parts.map((part) => (sum === 0 ? 0 : (part / sum) * 100));
  return roundedParts(shares, 1).map((share) => grouped(share, 1));
}

/** Each is the difference of two rounded running sums, so that they add up and none is off by more than one digit. */
function roundedParts(parts: readonly number[], decimals: number): number[] {
  const scale = 10 ** decimals;
  let sum = 0;
  return parts.map((part) => {
    const before = Math.round(sum * scale);
    sum += part;
    return (Math.round(sum * scale) - before) / scale;
  });
}

function grouped(value: number, decimals: number): string {
  return value.toLocaleString("en-US", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}
