// What models took: tokens and, where it is known, money. Nothing at all for who takes nothing.

import { fill, make } from "./dom.js";

const LEAST = 0.0001;

// Both together; a price that is not known of one is not known of both.
export function sum(one, other) {
  if (!one || !other) return one ?? other;
  const cost = one.cost === null || other.cost === null ? null : one.cost + other.cost;
  const parts = ["input", "cached", "thinking", "output"].map((name) => [name, one[name] + other[name]]);
  return { ...Object.fromEntries(parts), cost, model: other.model || one.model };
}

export function tokensOf(usage) {
  return usage ? usage.input + usage.output : 0;
}

// The line under the talk.
export class Tally {
  constructor(say) {
    this.say = say;
    this.element = make("p", { class: "tally" });
    this.show(null);
  }

  show(usage) {
    this.element.hidden = !tokensOf(usage);
    this.element.textContent = tokensOf(usage) ? fill(this.say("tally"), { used: inShort(usage, this.say) }) : "";
  }
}

// What one reply took; the parts of it when they are asked for.
export function details(usage, say) {
  const rows = ["input", "cached", "output", "thinking"].map((name) => [name, number(usage[name], say)]);
  if (usage.cost) rows.push(["cost", money(usage.cost, say)]);
  if (usage.model) rows.push(["model", usage.model]);
  const cells = rows.map(([name, text]) => make("div", {}, make("dt", {}, say(`usage.${name}`)), make("dd", {}, text)));
  return make("details", { class: "usage" }, make("summary", {}, inShort(usage, say)), make("dl", {}, ...cells));
}

function inShort(usage, say) {
  const tokens = number(tokensOf(usage), say);
  return usage.cost ? fill(say("tokens_cost"), { tokens, cost: money(usage.cost, say) }) : fill(say("tokens"), { tokens });
}

function number(value, say) {
  return new Intl.NumberFormat(say("tag")).format(value);
}

function money(dollars, say) {
  const style = { style: "currency", currency: "USD", currencyDisplay: "narrowSymbol", minimumFractionDigits: 2, maximumFractionDigits: 4 };
  const rounded = dollars >= 1 ? { ...style, maximumFractionDigits: 2 } : style;
  const words = new Intl.NumberFormat(say("tag"), rounded).format(Math.max(dollars, LEAST));
  return dollars < LEAST ? fill(say("less_than"), { cost: words }) : words;
}
