/** The style sheet of the page. The colours of boxes are read by the script, which draws them. */
import { baseStyle, schemes } from "../../../compare/report/page/baseStyle.ts";

const light = `
  --kind-copy: #b3450b; --kind-modelled: #b8336a; --kind-in: #2f6fd0; --kind-out: #0b7d94; --kind-moved: #0b6e55;
  --box-root: #e9edf2; --box-user: #f7e3ad; --box-zerocopy: #c4ead9; --box-later: #e4dcfb; --box-nowhere: #e9edf2;
  --box-node: #dbe2ea; --box-builtin: #cfd8e2; --box-native: #c3cedb; --box-inlined: #dbe2ea;
  --box-copy: #f6bf9b; --box-modelled: #f5bcd3; --box-in: #b5d0fa; --box-out: #a9dde6; --box-moved: #a9e2cd;
  --same: #e6eaef; --more: #f2916b; --less: #7fb4f5;`;

const dark = `
  --kind-copy: #ff9d5c; --kind-modelled: #ff8fbc; --kind-in: #7fb2ff; --kind-out: #5cd0e6; --kind-moved: #4fd1a8;
  --box-root: #2a313a; --box-user: #57481f; --box-zerocopy: #1d4c3c; --box-later: #3b3362; --box-nowhere: #2a313a;
  --box-node: #333d48; --box-builtin: #3a4552; --box-native: #424e5d; --box-inlined: #333d48;
  --box-copy: #7d3d16; --box-modelled: #74284a; --box-in: #254b86; --box-out: #115563; --box-moved: #125a46;
  --same: #343c46; --more: #96401a; --less: #24559b;`;

export const style: string = /* css */ `${baseStyle}${schemes(light, dark)}
header { position: relative; }
h1 { overflow-wrap: anywhere; padding-right: 90px; font-size: clamp(1.3rem, 3vw, 1.8rem); }
#theme { position: absolute; right: 20px; top: 36px; }
.headline { font-size: 1.2rem; max-width: none; }
.headline strong { font-size: clamp(2.6rem, 7vw, 4rem); line-height: 1.1; color: var(--kind-copy); font-variant-numeric: tabular-nums; margin-right: 6px; }
.tiles { grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); }
.tiles .value { color: var(--ink); font-size: 1.6rem; }
.dot { display: inline-block; width: 0.7em; height: 0.7em; border-radius: 3px; margin-right: 0.4em; background: var(--faint); }
.dot.copy { background: var(--kind-copy); } .dot.modelled { background: var(--kind-modelled); }
.dot.in { background: var(--kind-in); } .dot.out { background: var(--kind-out); } .dot.moved { background: var(--kind-moved); }
.dot.more-box { background: var(--more); } .dot.less-box { background: var(--less); }
h2 { margin-top: 44px; }

#controls { display: flex; flex-wrap: wrap; gap: 8px 20px; align-items: center; background: var(--panel); border-radius: 12px; padding: 10px 14px; font-size: 0.92rem; }
#controls fieldset { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: center; min-width: 0; }
#controls legend { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
#controls[hidden] { display: none; }
#controls b { font-weight: 600; font-variant-numeric: tabular-nums; }
.search { flex: 1 1 320px; display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; }
.search input { flex: 1 1 200px; min-width: 0; }
.search output { color: var(--soft); }
input[type="search"], select { font: inherit; color: var(--ink); background: var(--box); border: 1px solid var(--faint); border-radius: 8px; padding: 4px 10px; }
::placeholder { color: var(--soft); opacity: 1; }
button:disabled { color: var(--soft); border-color: var(--line); cursor: default; }
.told { min-height: 1.55em; margin: 4px 0; max-width: none; font-size: 0.92rem; color: var(--soft); overflow-wrap: anywhere; }
.canvas { margin-top: 14px; }
.canvas canvas { display: block; width: 100%; }
.tip { position: fixed; z-index: 2; pointer-events: none; background: var(--box); border: 1px solid var(--faint); border-radius: 8px; padding: 6px 10px; max-width: min(520px, 92vw); font-size: 0.86rem; box-shadow: 0 4px 16px rgb(0 0 0 / 0.2); }
.tip[hidden] { display: none; }
.tip p { margin: 0; overflow-wrap: anywhere; unicode-bidi: isolate; }
.tip p:first-child { font-weight: 650; }
summary { cursor: pointer; }
.list { margin-top: 14px; }
.list ul { padding-left: 20px; margin: 2px 0; }
.list li { overflow-wrap: anywhere; }
.list span { color: var(--soft); font-variant-numeric: tabular-nums; }

.sites th, .sites td { text-align: left; white-space: normal; }
.sites tbody th { min-width: 220px; max-width: 420px; font-weight: 600; overflow-wrap: anywhere; }
.sites tbody tr { border-bottom: 1px solid var(--line); }
.sites .number { text-align: right; white-space: nowrap; }
.sites td { min-width: 76px; }
.sites .api { overflow-wrap: anywhere; min-width: 110px; }
.sites .advice { min-width: 180px; overflow-wrap: anywhere; }
.sites small { display: block; color: var(--soft); font-size: 0.75rem; font-weight: 400; }
.sites small small { display: inline; }
.sites .nowhere { color: var(--soft); font-weight: 400; font-style: italic; }
.sites thead button { font: inherit; font-weight: 600; color: inherit; background: none; border: 0; padding: 2px 0; border-radius: 4px; }
.sites thead button:hover { color: var(--ink); text-decoration: underline; }
[aria-sort="descending"] button::after { content: " ↓"; } [aria-sort="ascending"] button::after { content: " ↑"; }
.source { display: block; font-weight: 400; font-size: 0.8rem; color: var(--ink); }
summary .source { display: inline; }
pre.source { padding: 8px 10px; margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere; }
pre.source span { display: block; color: var(--soft); } pre.source .own { color: var(--ink); font-weight: 650; }
pre.source b { font-weight: 400; }

.legend { display: flex; flex-wrap: wrap; gap: 4px 22px; list-style: none; padding: 0; margin: 14px 0; font-size: 0.92rem; color: var(--soft); }
.timeline { display: block; width: 100%; height: 160px; background: var(--panel); border-radius: 8px; }
.timeline .copy { fill: var(--kind-copy); } .timeline .in { fill: var(--kind-in); } .timeline .out { fill: var(--kind-out); } .timeline .moved { fill: var(--kind-moved); }
.axis { display: flex; justify-content: space-between; color: var(--soft); font-size: 0.86rem; }
.more { color: var(--kind-copy); font-weight: 650; } .less { color: var(--kind-in); font-weight: 650; } .same { color: var(--soft); }
@media (max-width: 640px) {
  .sites, .sites thead, .sites tbody { display: block; }
  .sites tr:not([hidden]) { display: flex; flex-wrap: wrap; gap: 2px 14px; padding: 8px 0; }
  .sites th, .sites td, .sites .api, .sites .advice { padding: 0; border: 0; min-width: 0; }
  .sites tbody th, .sites .advice { flex: 1 0 100%; max-width: 100%; }
  .sites tbody .number { text-align: left; } .sites .number small { display: inline; margin-left: 6px; }
}
@media (min-width: 1300px) { main, header, footer { max-width: 1280px; } }
@media print {
  #controls, #theme, #keys, .told, .skip { display: none; } .scroll { overflow: visible; } .canvas, tr { break-inside: avoid; }
  .sites tbody th { min-width: 0; } * { print-color-adjust: exact; }
}
`;
