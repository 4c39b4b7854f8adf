// Tells the page that the draft moved: once for a burst of changes, and now and then while a reply still changes it.

const BURST = 150;
const APART = 400;
const LOOK = 50;
const LONGEST = 3_000;

export class Nudge {
  // `tell` gets { revision, reason }.
  constructor(tell) {
    this.tell = tell;
    this.told = -APART;
  }

  soon(revision, reason) {
    this.later(BURST, revision, reason);
  }

  // In the middle of a turn: the first change at once, further ones together.
  growing(revision) {
    if (this.timer) return;
    this.later(Math.max(0, this.told + APART - performance.now()), revision, "growing");
  }

  later(pause, revision, reason) {
    this.rest();
    this.timer = setTimeout(() => this.whenDrawn({ revision, reason }, performance.now() + LONGEST), pause);
  }

  // A page that is just being drawn is let finish: what a broken-off run had changed may not arrive.
  whenDrawn(what, latest) {
    if (isDrawing() && performance.now() < latest) {
      this.timer = setTimeout(() => this.whenDrawn(what, latest), LOOK);
      return;
    }
    this.timer = null;
    this.told = performance.now();
    this.tell(what);
  }

  rest() {
    clearTimeout(this.timer);
    this.timer = null;
  }
}

function isDrawing() {
  const state = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState;
  return state === "running" || state === "rerunRequested";
}
