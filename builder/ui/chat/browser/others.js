// What others do to the session that is shown here, and who they are.

import { browser } from "./live.js";

export class Others {
  constructor(talk) {
    this.talk = talk;
    this.here = browser();
  }

  hear(update) {
    switch (update.update) {
      case "snapshot":
        this.me = update.you;
        this.show(update.visitors);
        if (update.revision > this.talk.revision) this.talk.refresh();
        break;
      case "presence":
        this.show(update.visitors);
        break;
      case "session_changed":
        this.changed(update);
        break;
      case "turn":
        if (update.event === "Started" && !this.talk.turn && !this.talk.list.of(update.message_id)) this.talk.refresh();
        break;
      case "missed":
        this.talk.watch.now();
        break;
    }
  }

  // The page's own changes come with its next drawing; a turn that is shown here brings its own.
  changed({ revision, by }) {
    const { talk } = this;
    if (by.id && by.id === talk.data.client) return;
    if (talk.turn) {
      talk.turn.isUnsure ||= by.kind !== "interviewer";
      return;
    }
    if (revision > talk.revision) talk.refresh(by.kind);
  }

  show(visitors) {
    const others = visitors.filter(({ id }) => id !== this.me);
    const programs = others.filter(({ kind }) => kind === "program");
    const pages = others.filter(({ kind }) => kind === "page");
    const isHere = ({ browser }) => browser && browser === this.here;
    const words = [
      pages.some((one) => !isHere(one)) && "also_somebody",
      pages.some(isHere) && "also_tab",
      programs.length && (programs.some(({ doing }) => doing === "edits") ? "also_program_edits" : "also_program"),
    ];
    this.talk.frame.company(words.filter(Boolean).map((name) => this.talk.say(name)).join(" "));
  }
}
