// Who leads the interview, in words or as a choice: the person may change the speaker in the middle of a talk.

import { make } from "./dom.js";

const GUIDE = "guided";

export class Engines {
  // `choose(name)` is told what the person picked; `lead` says what came of it.
  constructor(say, choose) {
    this.say = say;
    this.choose = choose;
    this.choices = [];
    this.name = make("span", { class: "speaker-now" });
    this.select = make("select", { id: "engine", onchange: () => this.choose(this.select.value) });
    this.element = make("span", { class: "engine" }, make("label", { for: "engine" }, say("engine")), this.select, this.name);
  }

  titleOf(name) {
    const known = this.choices.find((choice) => choice.name === name);
    return this.say(`engines.${name}`, known?.title ?? name);
  }

  // `choices` are all there are; the engine of the talk is one of them even when it is not there any more.
  show(engine, choices) {
    const all = choices.some(({ name }) => name === engine.name) ? choices : [{ ...engine, ready: true }, ...choices];
    if (JSON.stringify(all) !== JSON.stringify(this.choices)) {
      this.choices = all;
      this.select.replaceChildren(...this.options());
    }
  }

  options() {
    const option = ({ name, ready }) => make("option", { value: name, disabled: !ready }, this.titleOf(name));
    const ready = this.choices.filter((choice) => choice.ready);
    const others = this.choices.filter((choice) => !choice.ready);
    const locked = make("optgroup", { label: this.say("needs_key") }, ...others.map(option));
    return [...ready.map(option), ...(others.length ? [locked] : [])];
  }

  lead(name, speaking) {
    this.leader = name;
    this.select.value = speaking;
    this.name.textContent = this.titleOf(speaking);
    const isAlone = this.choices.length < 2;
    this.select.hidden = isAlone;
    this.name.hidden = !isAlone;
  }

  get canGoWithoutModel() {
    return this.leader !== GUIDE && this.choices.some(({ name, ready }) => name === GUIDE && ready);
  }
}
