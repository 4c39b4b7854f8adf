// A small part of Markdown: paragraphs, bold, italic, code, lists, headings. Links and images stay text with the
// address in sight, HTML stays text, so nothing in a message can load, run or lead anywhere.

import { make } from "./dom.js";

const FENCE = /^\s*(```+|~~~+)/;
const HEADING = /^ {0,3}#{1,6}\s+(.*?)\s*#*$/;
const BULLET = /^(\s*)[-*+•]\s+(.*)$/;
const NUMBER = /^(\s*)(\d{1,9})[.)]\s+(.*)$/;
// Each part stops at a character that would begin it anew, so that a hostile line is read once only.
const INLINE = new RegExp(
  [
    "`([^`\\n]+)`",
    "\\*\\*([^*\\n]+)\\*\\*",
    "(?<![\\w*])\\*([^*\\s][^*\\n]*)\\*(?![\\w*])",
    "(?<!\\w)_([^_\\s][^_\\n]*)_(?!\\w)",
    "!?\\[([^\\[\\]\\n]*)\\]\\(([^()\\s]*)\\)",
  ].join("|"),
  "g",
);

// Draws the text into the holder; blocks that are as before stay as they are, so that a growing text costs little.
export function draw(holder, text) {
  const wanted = blocks(text);
  const drawn = holder.drawn ?? [];
  let same = 0;
  while (same < wanted.length && same < drawn.length && wanted[same].source === drawn[same]) same += 1;
  while (holder.childElementCount > same) holder.lastElementChild.remove();
  for (const block of wanted.slice(same)) holder.append(build(block));
  holder.drawn = wanted.map((block) => block.source);
}

function blocks(text) {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const found = [];
  for (let at = 0; at < lines.length; ) {
    if (!lines[at].trim()) {
      at += 1;
      continue;
    }
    const kind = kindOf(lines[at]);
    const end = endOf(kind, lines, at);
    const own = lines.slice(at, end);
    found.push({ kind, lines: own, source: `${kind}\n${own.join("\n")}` });
    at = end;
  }
  return found;
}

function kindOf(line) {
  if (FENCE.test(line)) return "code";
  if (HEADING.test(line)) return "heading";
  if (BULLET.test(line)) return "bullets";
  return NUMBER.test(line) ? "numbers" : "paragraph";
}

function endOf(kind, lines, start) {
  if (kind === "heading") return start + 1;
  let at = start + 1;
  if (kind === "code") {
    const fence = lines[start].match(FENCE)[1];
    while (at < lines.length && !lines[at].trim().startsWith(fence)) at += 1;
    return Math.min(at + 1, lines.length);
  }
  while (at < lines.length && lines[at].trim()) {
    const next = kindOf(lines[at]);
    const isIndented = /^\s{2,}/.test(lines[at]);
    if (next !== kind && (kind === "paragraph" || (next !== "paragraph" && !isIndented))) break;
    at += 1;
  }
  return at;
}

function build({ kind, lines }) {
  if (kind === "code") return code(lines);
  if (kind === "heading") return make("p", { class: "heading" }, ...inline(lines[0].match(HEADING)[1]));
  if (kind === "paragraph") return make("p", {}, ...inline(lines.join("\n")));
  return list(kind, lines);
}

function code(lines) {
  const fence = lines[0].match(FENCE)[1];
  const isClosed = lines.length > 1 && lines.at(-1).trim().startsWith(fence);
  const body = lines.slice(1, isClosed ? -1 : undefined).join("\n");
  return make("pre", { tabindex: "0" }, make("code", {}, body));
}

function list(kind, lines) {
  const items = [];
  for (const line of lines) {
    const mark = line.match(BULLET) ?? line.match(NUMBER);
    if (mark) items.push({ deep: mark[1].length >= 2, number: mark[3] === undefined ? null : mark[2], text: mark[3] ?? mark[2] });
    else items.at(-1).text += `\n${line.trim()}`;
  }
  const start = kind === "numbers" ? items[0].number : null;
  const drawn = items.map((item) => {
    const asBullet = item.deep && item.number === null;
    return make("li", { class: item.deep ? (asBullet ? "deep bullet" : "deep") : null, value: item.deep ? null : item.number }, ...inline(item.text));
  });
  return make(kind === "numbers" ? "ol" : "ul", { start }, ...drawn);
}

function inline(text) {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(INLINE)) {
    if (found.index > at) parts.push(text.slice(at, found.index));
    parts.push(styled(found));
    at = found.index + found[0].length;
  }
  if (at < text.length) parts.push(text.slice(at));
  return parts;
}

function styled([, code, bold, star, underscore, label, address]) {
  if (code !== undefined) return make("code", {}, code);
  if (bold !== undefined) return make("strong", {}, ...inline(bold));
  if (star !== undefined) return make("em", {}, ...inline(star));
  if (underscore !== undefined) return make("em", {}, ...inline(underscore));
  return label && label !== address ? `${label} (${address})` : address;
}
