// Added to every page before its own scripts: it notes, inside the page, when the input is ready after
// loading and when the first text of a reply shows after Enter. Open shadow roots are searched too.
(() => {
  const WATCHED = { childList: true, characterData: true, subtree: true };
  const roots = new Set();
  let chat = null;
  let turn = null;
  let changedAt = 0;

  const everywhere = (selector) =>
    [document, ...roots].flatMap((root) => (root === document || root.isConnected ? [...root.querySelectorAll(selector)] : []));
  const textOf = (element) => (element ? element.textContent.trim() : "");
  const isShown = (element) => element.checkVisibility() && element.getClientRects().length > 0;
  const newest = () => everywhere(chat.reply).at(-1);

  const isNewText = (element) => {
    const text = textOf(element);
    if (turn.marker) return text.includes(turn.marker);
    const isOtherBubble = everywhere(chat.reply).length > turn.bubbles;
    return /\p{L}/u.test(text) && (isOtherBubble || text !== turn.text);
  };

  const lookForReply = () => {
    changedAt = performance.now();
    if (!turn?.enterAt || turn.textAt) return;
    const bubble = newest();
    if (!bubble || !isNewText(bubble) || !isShown(bubble)) return;
    turn.textAt = performance.now();
    const found = turn;
    // The frame after this one has the text on the screen.
    requestAnimationFrame(() =>
      found.resolve({ text_ms: found.textAt - found.enterAt, frame_ms: performance.now() - found.enterAt }));
  };

  const observer = new MutationObserver(lookForReply);
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

  addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !turn || turn.enterAt) return;
    turn.bubbles = everywhere(chat.reply).length;
    turn.text = textOf(newest());
    turn.enterAt = performance.now();
  }, { capture: true });

  window.bench = {
    // Resolves with the time since navigation at which the input can be used and the history is shown.
    ready: (selectors, bubbles) => new Promise((resolve) => {
      chat = selectors;
      const look = () => {
        const isReady = everywhere(chat.ready).some(isShown) && everywhere(chat.reply).length >= bubbles;
        if (isReady) resolve(performance.now());
        else requestAnimationFrame(look);
      };
      look();
    }),
    expect: (marker) => {
      turn = { marker, enterAt: 0, textAt: 0 };
      turn.found = new Promise((resolve) => { turn.resolve = resolve; });
    },
    found: () => turn.found,
    // Resolves when nothing has changed in the page for so many milliseconds.
    quiet: (calm, atMost) => new Promise((resolve) => {
      const began = performance.now();
      const look = () => {
        const now = performance.now();
        if (now - Math.max(changedAt, began) >= calm || now - began >= atMost) resolve();
        else setTimeout(look, 30);
      };
      look();
    }),
  };
})();
