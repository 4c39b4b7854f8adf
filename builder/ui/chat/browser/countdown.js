// The wait before the next try: what happened, and the seconds as they pass.

import { fill, make } from "./dom.js";

const BEAT = 250;
const SLACK = 150; // the first words after the wait may be a little earlier here than the clock

export class Countdown {
  constructor(say, reason, seconds) {
    this.say = say;
    this.end = performance.now() + 1000 * seconds;
    this.reason = /[.!?…]$/.test(reason) || !reason ? reason : `${reason}.`;
    this.rest = make("span", { class: "seconds" });
    this.element = make("p", { class: "note pause" }, this.reason && `${this.reason} `, this.rest);
    this.timer = setInterval(() => this.tick(), BEAT);
    this.tick();
  }

  get isOver() {
    return performance.now() >= this.end - SLACK;
  }

  get sentence() {
    return `${this.reason} ${this.rest.textContent}`.trim();
  }

  tick() {
    const seconds = Math.ceil((this.end - performance.now()) / 1000);
    this.rest.textContent = seconds > 0 ? fill(this.say("next_try"), { seconds }) : this.say("trying");
    if (seconds <= 0) this.stop();
  }

  stop() {
    clearInterval(this.timer);
  }
}
