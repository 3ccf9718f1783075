// Text: what the engine copies when strings are joined, flattened and cut, and JSON.
import { json, little, littleBytes, source, text, wideText } from "./payload.mjs";

const half = text.slice(0, text.length / 2);
const otherHalf = text.slice(text.length / 2);
const wideHalf = wideText.slice(0, wideText.length / 2);
const otherWideHalf = wideText.slice(wideText.length / 2);
const words = text.split(" ");
const records = Array.from({ length: 4096 }, (_, id) => ({ id, text: "zero-copy ".repeat(100) }));
const recordsJson = JSON.stringify(records);
const encoded = source.toString("base64");

/** A joined string is a pair until somebody looks into it. */
function flattened(string) {
  return string.charCodeAt(0);
}

function grown() {
  let all = "";
  for (let at = 0; at < text.length; at += 65_536) all += text.slice(at, at + 65_536);
  return flattened(all);
}

export default {
  "a + b, flattened": () => flattened(half + otherHalf),
  "a + b of wide text, flattened": () => flattened(wideHalf + otherWideHalf),
  "text += piece, flattened": grown,
  "template, flattened": () => flattened(`${half}${otherHalf}`),
  "text.slice": () => text.slice(1),
  "text.split": () => text.split("-"),
  "words.join, flattened": { written: 1, run: () => flattened(words.join(" ")) },
  "text.repeat, flattened": () => flattened(half.repeat(2)),
  "text.replaceAll, flattened": {
    written: 1,
    run: () => flattened(text.replaceAll("copy", "view")),
  },
  "text.toUpperCase": { written: 1, run: () => flattened(text.toUpperCase()) },
  "text.normalize": () => flattened(text.normalize()),
  "text.concat, flattened": () => flattened(half.concat(otherHalf)),
  encodeURIComponent: () => flattened(encodeURIComponent(text)),
  btoa: () => flattened(btoa(text)),
  atob: () => flattened(atob(encoded)),
  "JSON.parse(text)": () => JSON.parse(recordsJson),
  "JSON.parse(buf.toString())": () => JSON.parse(json.toString()),
  "JSON.stringify(text)": () => flattened(JSON.stringify(text)),
  "JSON.stringify(records)": () => flattened(JSON.stringify(records)),
  "JSON.stringify(buf)": {
    written: 3,
    payloadBytes: littleBytes,
    run: () => JSON.stringify(little),
  },
};
