// Added to the Build page before its own scripts: notes by the machine's clock (milliseconds since 1970) when the first
// words of a reply reached the page, stood in it and were drawn, and when the first changed field was shown.
(() => {
  const WATCHED = { childList: true, characterData: true, subtree: true, attributes: true, attributeFilter: ["data-state"] };
  const roots = new Set([document]);
  const decoder = new TextDecoder();
  let turn = null;
  let changedAt = 0;

  const clock = () => performance.timeOrigin + performance.now();
  const bubbles = () => [...roots].flatMap((root) => [...root.querySelectorAll("[data-role=model]")]);

  const look = () => {
    changedAt = performance.now();
    if (!turn || turn.ended) return;
    const all = bubbles();
    const bubble = all.at(-1);
    if (all.length <= turn.before) return;
    if (!turn.text && /\p{L}/u.test(bubble.querySelector(".body").textContent)) {
      turn.text = clock();
      requestAnimationFrame(() => { turn.drawn = clock(); });
    }
    if (!turn.chip && bubble.querySelector(".chip")) turn.chip = clock();
    if (bubble.dataset.state !== "streaming") {
      turn.ended = clock();
      turn.state = bubble.dataset.state;
      turn.resolve();
    }
  };

  const observer = new MutationObserver(look);
  observer.observe(document, WATCHED);
  const attachShadow = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = attachShadow.call(this, options);
    if (options.mode === "open") {
      roots.add(root);
      observer.observe(root, WATCHED);
    }
    return root;
  };

  const read = ReadableStreamDefaultReader.prototype.read;
  ReadableStreamDefaultReader.prototype.read = function (...given) {
    const coming = read.apply(this, given);
    if (!turn || (turn.wordsHere && turn.changeHere)) return coming;
    return coming.then((chunk) => {
      const at = clock();
      const frames = chunk.value ? decoder.decode(chunk.value) : "";
      if (frames.includes("event: TextDelta")) turn.wordsHere ||= at;
      if (frames.includes("event: DraftChanged")) turn.changeHere ||= at;
      return chunk;
    });
  };

  window.probe = {
    expect: () => {
      turn = { before: bubbles().length };
      turn.over = new Promise((resolve) => { turn.resolve = resolve; });
    },
    over: async () => {
      await turn.over;
      const { text, drawn, chip, wordsHere, changeHere, state } = turn;
      return { text, drawn, chip, wordsHere, changeHere, state };
    },
    // Resolves when nothing has changed in the page for so many milliseconds.
    quiet: (calm, atMost) => new Promise((resolve) => {
      const began = performance.now();
      const waiting = () => {
        const now = performance.now();
        if (now - Math.max(changedAt, began) >= calm || now - began >= atMost) resolve();
        else setTimeout(waiting, 30);
      };
      waiting();
    }),
  };
})();
