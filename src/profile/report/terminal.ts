/** Text in a terminal: how wide it is, how it is made to fit, and colours. */

export interface TerminalStyle {
  /** Colours. */
  readonly isRich: boolean;
  /** Nothing is wider, but a word that is. */
  readonly columns: number;
}

const codes = { bold: 1, dim: 2, green: 32, red: 31, yellow: 33 } as const;

export function paint(
  text: string,
  colour: keyof typeof codes,
  { isRich }: Pick<TerminalStyle, "isRich">,
): string {
  return isRich && text !== "" ? `\x1b[${codes[colour]}m${text}\x1b[0m` : text;
}

/** Control characters, and those that cannot be seen or turn the direction of what follows: names of files may have any. */
const unprintable = /[\p{Cc}\p{Cf}\u2028\u2029]+/gu;

/** Names come from recordings, and may be as long as those. No terminal is as wide as this. */
const longest = 2000;

/** Without what cannot be seen; of a text that is too long, its beginning and its end. */
export function printable(text: string): string {
  const half = longest / 2;
  const cut = text.length > longest ? `${text.slice(0, half)}…${text.slice(-half)}` : text;
  return cut.replace(unprintable, " ");
}

const segmenter = new Intl.Segmenter("en");

/** Takes two columns (UAX #11, wide and full-width), by the blocks that such characters are in. */
const wide =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])/u;

// oxlint-disable-next-line no-control-regex -- ASCII, whose width is its length
const ascii = /^[\u0000-\u007f]*$/;

/** Columns that a text takes. */
export function widthOf(text: string): number {
  if (ascii.test(text)) return text.length;
  return lettersOf(text).reduce((sum, letter) => sum + (wide.test(letter) ? 2 : 1), 0);
}

export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

export function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - widthOf(text))) + text;
}

/** At most `width` columns: the end is cut off. */
export function cutEnd(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return `${fitting(lettersOf(text), width - 1).join("")}…`;
}

/** At most `width` columns: the start is cut off. */
export function cutStart(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return `…${fitting(lettersOf(text).toReversed(), width - 1)
    .toReversed()
    .join("")}`;
}

/** At most `width` columns: the middle is left out, and rather what is before it than what comes after. */
export function cutMiddle(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const letters = lettersOf(text);
  const start = fitting(letters, Math.floor((width - 1) / 3)).join("");
  const end = fitting(letters.toReversed(), width - 1 - widthOf(start));
  return `${start}…${end.toReversed().join("")}`;
}

/** Lines of at most `width` columns, cut between words; those after the first begin with `indent`. */
export function wrap(text: string, width: number, indent = ""): string[] {
  const start = text.search(/[^ ]|$/);
  const [first = "", ...words] = text.slice(start).split(" ");
  const lines = [text.slice(0, start) + first];
  for (const word of words) {
    const longer = `${lines.at(-1)!} ${word}`;
    if (widthOf(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(indent + word);
  }
  return lines;
}

/** What people see as one letter. */
function lettersOf(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function fitting(letters: readonly string[], width: number): string[] {
  const kept: string[] = [];
  let room = width;
  for (const letter of letters) {
    room -= widthOf(letter);
    if (room < 0) break;
    kept.push(letter);
  }
  return kept;
}
