/** Draws boxes on the canvas, sharp on every screen, in the colours of the style sheet. */
import { copyKinds } from "../copyTree.ts";
import type { FrameKind } from "../copyTree.ts";

export const rowHeight = 22;

export interface PaintedBox {
  readonly x: number;
  readonly width: number;
  readonly depth: number;
  readonly label: string;
  readonly kind: FrameKind | "root";
  /** From -1 (gone) to 1 (new), in a difference. */
  readonly change: number | undefined;
  /** Parts of its bytes by kind, in the order of `copyKinds`. */
  readonly shares: readonly number[];
  readonly isPale: boolean;
  readonly isPointed: boolean;
}

export class Painter {
  readonly #context: CanvasRenderingContext2D;
  readonly #styles: CSSStyleDeclaration;
  readonly #colors = new Map<string, string>();

  constructor(canvas: HTMLCanvasElement, rows: number) {
    const width = canvas.clientWidth;
    const height = rows * rowHeight;
    const scale = devicePixelRatio || 1;
    canvas.width = width * scale;
    canvas.height = height * scale;
    canvas.style.height = `${height}px`;
    this.#context = canvas.getContext("2d")!;
    this.#context.scale(scale, scale);
    this.#styles = getComputedStyle(document.documentElement);
    this.#context.font = `12px ${getComputedStyle(document.body).fontFamily}`;
    this.#context.textBaseline = "middle";
  }

  box(box: PaintedBox): void {
    const { x, depth, kind } = box;
    const context = this.#context;
    const y = depth * rowHeight;
    const width = Math.max(1, box.width - 1); // a gap tells neighbours apart
    context.globalAlpha = box.isPale ? 0.35 : 1;
    context.fillStyle =
      box.change === undefined ? this.#color(`box-${kind}`) : this.#changeColor(box.change);
    context.fillRect(x, y, width, rowHeight - 1);
    this.#strip(box, y + rowHeight - 4, width);
    if (width > 24) this.#label(box, y, width);
    context.globalAlpha = 1;
    if (!box.isPointed) return;
    context.strokeStyle = this.#color("ink");
    context.lineWidth = 2;
    context.strokeRect(x + 1, y + 1, Math.max(1, width - 2), rowHeight - 3);
  }

  /** At the foot of a box, the kinds of copies below it. */
  #strip({ x, shares }: PaintedBox, y: number, width: number): void {
    for (const [kind, share] of shares.entries()) {
      this.#context.fillStyle = this.#color(`kind-${copyKinds[kind]}`);
      this.#context.fillRect(x, y, share * width, 3);
      x += share * width;
    }
  }

  #label({ x, label }: PaintedBox, y: number, width: number): void {
    const context = this.#context;
    const room = width - 8;
    const whole = context.measureText(label).width;
    let text = whole <= room ? label : `${label.slice(0, (label.length * room) / whole)}…`;
    while (text.length > 1 && context.measureText(text).width > room)
      text = `${text.slice(0, -2)}…`;
    context.fillStyle = this.#color("ink");
    context.fillText(text, x + 4, y + rowHeight / 2 - 1);
  }

  /** Pale where little has changed. */
  #changeColor(change: number): string {
    const strength = Math.min(1, Math.abs(change));
    const [from, to] = [this.#color("same"), this.#color(change > 0 ? "more" : "less")].map(parts);
    return `rgb(${from!.map((part, at) => Math.round(part + (to![at]! - part) * strength)).join()})`;
  }

  #color(name: string): string {
    const known = this.#colors.get(name);
    if (known !== undefined) return known;
    const color = this.#styles.getPropertyValue(`--${name}`).trim();
    this.#colors.set(name, color);
    return color;
  }
}

/** Red, green and blue of `#rrggbb`. */
function parts(color: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
}
