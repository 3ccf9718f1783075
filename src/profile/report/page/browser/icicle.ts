/**
 * The icicle: the tree of a view on a canvas, widths by bytes, the root on top. Pointed at by mouse,
 * finger or arrow keys, zoomed by a click or Enter. What is narrower than a pixel is not drawn.
 */
import { copyKinds } from "../copyTree.ts";
import type { View } from "../view.ts";
import { describe, frameKindOf, labelOf } from "../words.ts";
import { Painter, rowHeight } from "./painter.ts";

interface Box {
  readonly node: number;
  readonly depth: number;
  readonly x: number;
  readonly width: number;
}

export class Icicle {
  readonly #canvas: HTMLCanvasElement;
  readonly #tip: HTMLElement;
  readonly #told: HTMLElement;
  readonly #onZoom: (isZoomed: boolean) => void;
  #view: View | undefined;
  #matches: readonly boolean[] = [];
  #isSearching = false;
  #boxes: Box[] = [];
  /** The node that has the whole width, and the one that was pointed at last. */
  #zoomed = 0;
  #pointed = 0;

  constructor(
    elements: { canvas: HTMLCanvasElement; tip: HTMLElement; told: HTMLElement },
    onZoom: (isZoomed: boolean) => void,
  ) {
    this.#canvas = elements.canvas;
    this.#tip = elements.tip;
    this.#told = elements.told;
    this.#onZoom = onZoom;
    const { canvas } = elements;
    canvas.addEventListener("pointermove", (event) => this.#hover(event));
    canvas.addEventListener("pointerleave", () => (this.#tip.hidden = true));
    canvas.addEventListener("click", (event) => this.#click(event));
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("focus", () => this.#point(this.#pointed));
    canvas.addEventListener("blur", () => this.draw());
  }

  show(view: View): void {
    this.#view = view;
    this.#pointed = 0;
    this.#told.textContent = view.width[0] === 0 ? "Nothing of this was copied." : "";
    this.zoom(0);
  }

  /** What does not match is drawn pale while something is looked for. */
  highlight(matches: readonly boolean[], isSearching: boolean): void {
    this.#matches = matches;
    this.#isSearching = isSearching;
    this.draw();
  }

  zoom(node: number): void {
    this.#zoomed = node;
    this.#onZoom(node !== 0);
    this.draw();
  }

  draw(): void {
    const view = this.#view;
    if (!view) return;
    this.#boxes = layOut(view, this.#zoomed, this.#canvas.clientWidth);
    const rows = Math.max(3, ...this.#boxes.map(({ depth }) => depth + 1));
    const painter = new Painter(this.#canvas, rows);
    const isFocused = document.activeElement === this.#canvas;
    for (const box of this.#boxes) {
      const { node } = box;
      const frame = view.frame[node]!;
      painter.box({
        ...box,
        label: node === 0 ? describe(view, 0).slice(0, 2).join(": ") : labelOf(view.tree, frame),
        kind: node === 0 ? "root" : frameKindOf(view.tree, frame),
        change: changeOf(view, node),
        shares: copyKinds.map((_, kind) => view.byKind[kind]![node]! / view.width[node]!),
        isPale: this.#isSearching && !this.#matches[frame],
        isPointed: isFocused && node === this.#pointed,
      });
    }
  }

  #hover(event: PointerEvent): void {
    const box = this.#boxAt(event);
    this.#canvas.style.cursor = box ? "pointer" : "";
    this.#tip.hidden = !box;
    if (!box || !this.#view) return;
    this.#tip.replaceChildren(...describe(this.#view, box.node).map(paragraph));
    const { innerWidth, innerHeight } = globalThis;
    const { offsetWidth, offsetHeight } = this.#tip;
    this.#tip.style.left = `${Math.max(4, Math.min(event.clientX + 14, innerWidth - offsetWidth - 8))}px`;
    const below = event.clientY + 18;
    const isRoomBelow = below + offsetHeight < innerHeight;
    this.#tip.style.top = `${isRoomBelow ? below : event.clientY - offsetHeight - 10}px`;
  }

  #click(event: MouseEvent): void {
    const box = this.#boxAt(event);
    if (!box) return;
    this.zoom(box.node);
    this.#point(box.node);
  }

  #boxAt(event: MouseEvent): Box | undefined {
    const { left, top } = this.#canvas.getBoundingClientRect();
    const x = event.clientX - left;
    const depth = Math.floor((event.clientY - top) / rowHeight);
    return this.#boxes.find((box) => box.depth === depth && x >= box.x && x < box.x + box.width);
  }

  #point(node: number): void {
    if (!this.#view) return;
    this.#pointed = node;
    this.#told.textContent = describe(this.#view, node).join(" · ");
    this.draw();
  }

  #key(event: KeyboardEvent): void {
    const view = this.#view;
    if (!view || event.ctrlKey || event.altKey || event.metaKey) return;
    const target = this.#target(view, event.key);
    if (target === undefined) return;
    event.preventDefault();
    if (event.key === "Enter" || event.key === " ") this.zoom(target);
    if (event.key === "Escape") this.zoom(0);
    // What is pointed at can be seen: the zoom follows it out.
    if (!this.#boxes.some(({ node }) => node === target)) this.zoom(view.parent[target]!);
    this.#point(target);
  }

  #target(view: View, key: string): number | undefined {
    const node = this.#pointed;
    const above = view.parent[node]!;
    const siblings = node === 0 ? [0] : view.childrenOf(above);
    const place = siblings.indexOf(node);
    switch (key) {
      case "ArrowDown":
        return view.childrenOf(node)[0] ?? node;
      case "ArrowUp":
        return above;
      case "ArrowLeft":
        return siblings[place - 1] ?? node;
      case "ArrowRight":
        return siblings[place + 1] ?? node;
      case "Enter":
      case " ":
        return node;
      case "Home":
      case "Escape":
        return 0;
      default:
        return undefined;
    }
  }
}

/** What is above the zoomed node is as wide as it; below it, widths are parts of its bytes. */
function layOut(view: View, zoomed: number, width: number): Box[] {
  const above: number[] = [];
  for (let node = zoomed; node !== 0; node = view.parent[node]!) above.unshift(view.parent[node]!);
  const boxes: Box[] = above.map((node, depth) => ({ node, depth, x: 0, width }));
  const scale = width / view.width[zoomed]!;
  if (!Number.isFinite(scale)) return [];
  const waiting: Box[] = [{ node: zoomed, depth: above.length, x: 0, width }];
  for (let box = waiting.pop(); box; box = waiting.pop()) {
    boxes.push(box);
    let { x } = box;
    for (const node of view.childrenOf(box.node)) {
      const own = view.width[node]! * scale;
      if (own >= 1) waiting.push({ node, depth: box.depth + 1, x, width: own });
      x += own;
    }
  }
  return boxes;
}

/** From -1 (all of it gone) to 1 (all of it new); undefined when nothing is compared. */
function changeOf(view: View, node: number): number | undefined {
  if (view.tree.leaves.before.length === 0) return undefined;
  const [before, after] = [view.before[node]!, view.bytes[node]!];
  return (after - before) / Math.max(after, before, 1);
}

function paragraph(text: string): HTMLElement {
  const made = document.createElement("p");
  made.textContent = text;
  return made;
}
