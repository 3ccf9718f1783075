/**
 * Whose word is whose: options of ours, flags of Node, and the program with its arguments, which nobody
 * touches. The program begins at the first word that is neither option nor value, or after `--`.
 */
import type { ParseArgsConfig } from "node:util";

type Options = NonNullable<ParseArgsConfig["options"]>;

export interface Words {
  /** Options of `known`, as parseArgs takes them. */
  readonly own: readonly string[];
  readonly node: readonly string[];
  readonly program: readonly string[];
}

/** Flags of Node whose value may be the next word. Others have it behind an equals sign, or have none. */
const nodeValues = new Set(
  "-r --require --import --loader --experimental-loader -C --conditions --env-file --env-file-if-exists -e --eval -p --print -pe --input-type --title --icu-data-dir --openssl-config --redirect-warnings --test-name-pattern --test-reporter --test-reporter-destination --watch-path".split(
    " ",
  ),
);

/**
 * @param guesses - words whose value may be left out: it is the next one only if that fits, which no
 *   program does.
 */
export function splitWords(
  words: readonly string[],
  known: Options,
  guesses: Readonly<Record<string, { readonly fits: RegExp; readonly otherwise: string }>>,
): Words {
  const own: string[] = [];
  const node: string[] = [];
  let at = 0;
  for (; at < words.length; at += 1) {
    const word = words[at]!;
    if (word === "--") {
      at += 1;
      break;
    }
    if (!word.startsWith("-") || word === "-") break;
    const option = ownOption(word, known);
    const next = words[at + 1];
    const guess = guesses[word];
    if (guess) {
      const fits = next !== undefined && guess.fits.test(next);
      own.push(`${word}=${fits ? next : guess.otherwise}`);
      if (fits) at += 1;
    } else if (option) {
      own.push(word);
      const isWithout = option.type === "string" && !word.includes("=");
      if (isWithout && next !== undefined) own.push(words[(at += 1)]!);
    } else {
      node.push(word);
      if (nodeValues.has(word) && next !== undefined) node.push(words[(at += 1)]!);
    }
  }
  return { own, node, program: words.slice(at) };
}

function ownOption(word: string, known: Options): Options[string] | undefined {
  const [, long, short] = /^(?:--([\w-]+)|-(\w))(?:=.*)?$/s.exec(word) ?? [];
  if (long !== undefined) return Object.hasOwn(known, long) ? known[long] : undefined;
  return Object.values(known).find((option) => short !== undefined && option.short === short);
}

/** Flags after which Node needs no script. */
export function needsNoScript(node: readonly string[]): boolean {
  return node.some((word) =>
    /^(-e|--eval|-p|-pe|--print|--test|--run|-i|--interactive)(=|$)/.test(word),
  );
}
