// A page for tests of React in Node: import it before anything of React.
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<!doctype html><body></body>", { url: "http://localhost/" });
Object.assign(globalThis, { window, document: window.document, IS_REACT_ACT_ENVIRONMENT: true });
// Node 21 and newer have a navigator of their own, which may not be written to.
if (!("navigator" in globalThis)) Object.assign(globalThis, { navigator: window.navigator });
