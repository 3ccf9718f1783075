/** The table of sites: sorted by a click on a header, and filtered by words and kinds. */
import { bytes } from "../../../../compare/report/format.ts";
import type { CopyKind } from "../copyTree.ts";

export interface SiteFilter {
  readonly words: string;
  readonly kinds: ReadonlySet<string>;
}

export class SiteTable {
  readonly #body: HTMLTableSectionElement;
  readonly #count: HTMLElement;
  readonly #rows: readonly { readonly row: HTMLTableRowElement; readonly text: string }[];

  constructor(table: HTMLTableElement, count: HTMLElement) {
    this.#body = table.tBodies[0]!;
    this.#count = count;
    this.#rows = [...this.#body.rows].map((row) => ({ row, text: searched(row) }));
    for (const header of table.tHead!.querySelectorAll("th")) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...header.childNodes);
      header.append(button);
      button.addEventListener("click", () => this.#sort(header));
    }
  }

  filter({ words, kinds }: SiteFilter): void {
    const wanted = words.trim().toLowerCase();
    let [sum, count] = [0, 0];
    for (const { row, text } of this.#rows) {
      const isShown = kinds.has(row.dataset["kind"] as CopyKind) && text.includes(wanted);
      row.hidden = !isShown;
      if (!isShown) continue;
      sum += Number(row.dataset["bytes"]);
      count++;
    }
    const isAll = count === this.#rows.length;
    this.#count.textContent = isAll ? "" : `${count} of ${this.#rows.length} rows, ${bytes(sum)}`;
  }

  /** Numbers start with the largest, words with the first. */
  #sort(header: HTMLTableCellElement): void {
    const isNumber = header.classList.contains("number");
    const last = header.getAttribute("aria-sort");
    const first = isNumber ? "descending" : "ascending";
    const order = last === null ? first : last === "descending" ? "ascending" : "descending";
    for (const other of header.parentElement!.children) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1;
    const column = header.cellIndex;
    const sorted = [...this.#body.rows].toSorted((a, b) => {
      const [left, right] = [a, b].map((row) => row.cells[column]!);
      return sign * compare(left!, right!, isNumber);
    });
    this.#body.append(...sorted);
  }
}

/** As in the icicle, the file and line, the function and the API; not what is advised. */
function searched(row: HTMLTableRowElement): string {
  const parts = row.querySelectorAll("th > bdi, th > small, .api");
  return Array.from(parts, (part) => part.textContent.toLowerCase()).join("\n");
}

function compare(a: HTMLElement, b: HTMLElement, isNumber: boolean): number {
  if (isNumber) return Number(a.dataset["value"]) - Number(b.dataset["value"]);
  return a.textContent.localeCompare(b.textContent, undefined, { numeric: true });
}
