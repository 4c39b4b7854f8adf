// Asks now and then whether something moved: every 5 seconds, every 15 after some quiet minutes, at once on focus.

const OFTEN = 5_000;
const SELDOM = 15_000;
const QUIET = 180_000;

export class Watch {
  constructor(look) {
    this.look = look;
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
    this.timer = setTimeout(() => this.now(), performance.now() - this.active > QUIET ? SELDOM : OFTEN);
  }

  async now() {
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
