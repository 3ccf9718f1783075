/** Names of C++ functions out of their symbols (Itanium C++ ABI, chapter 5), as far as reports need them. */

/** `node::Buffer::Copy` of `_ZN4node6Buffer4Copy…`; what it cannot read it leaves as it is. */
export function demangle(symbol: string): string {
  const [head] = /^_Z(?:N[VKr]*)?(?:St)?/.exec(symbol) ?? [];
  if (head === undefined) return symbol;
  const parts: string[] = [];
  let rest = symbol.slice(head.length);
  for (;;) {
    rest = rest.replace(/^L(?=\d)/, ""); // of its file only
    const [digits] = /^\d+/.exec(rest) ?? [];
    if (digits !== undefined) {
      const end = digits.length + Number(digits);
      parts.push(rest.slice(digits.length, end).replace(/^_GLOBAL__N_1$/, "(anonymous)"));
      rest = rest.slice(end);
      if (!head.includes("N")) break;
    } else if (rest.startsWith("I")) {
      rest = withoutArguments(rest);
    } else break;
  }
  return parts.length > 0 ? parts.join("::") : symbol;
}

/** What stands behind the arguments of a template. */
function withoutArguments(text: string): string {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digits = /^\d+/.exec(text.slice(at))?.[0];
    if (digits !== undefined) at += digits.length + Number(digits) - 1;
    else if ("INXJ".includes(text[at]!)) depth += 1;
    else if (text[at] === "E" && (depth -= 1) === 0) return text.slice(at + 1);
  }
  return "";
}
