// Asks now and then whether something moved: every 5 seconds, every 15 after some quiet minutes, at once on focus.
// While the server tells by itself, once a minute is enough.

const OFTEN = 5_000;
const SELDOM = 15_000;
const QUIET = 180_000;
const TOLD = 60_000;

export class Watch {
  // `isTold`: does the server tell what moves?
  constructor(look, isTold) {
    this.look = look;
    this.isTold = isTold;
    this.active = performance.now();
    this.onFocus = () => !document.hidden && this.now();
    document.addEventListener("visibilitychange", this.onFocus);
    addEventListener("focus", this.onFocus);
    this.wait();
  }

  // Somebody does something here: look often again.
  poke() {
    this.active = performance.now();
  }

  wait() {
    clearTimeout(this.timer);
    const asking = performance.now() - this.active > QUIET ? SELDOM : OFTEN;
    this.timer = setTimeout(() => this.asTold(), asking);
    this.waited = (this.waited ?? 0) + asking;
  }

  asTold() {
    if (this.isTold() && this.waited < TOLD) this.wait();
    else this.now();
  }

  async now() {
    this.waited = 0;
    if (this.isLooking) return;
    this.isLooking = true;
    clearTimeout(this.timer);
    if (!document.hidden) await this.look();
    this.isLooking = false;
    if (!this.hasStopped) this.wait();
  }

  stop() {
    this.hasStopped = true;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.onFocus);
    removeEventListener("focus", this.onFocus);
  }
}

export function wait(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
