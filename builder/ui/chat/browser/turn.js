// One turn as its events come in: what is known of the reply so far, shown in its bubble.

import { sum } from "./usage.js";

export class Turn {
  // `said` is the person's bubble (null when the turn was joined later), `on` what the talk wants to hear of.
  constructor(said, reply, on) {
    this.said = said;
    this.reply = reply;
    this.on = on;
    this.hasArrived = said === null;
    this.suggestions = [];
    this.used = null;
    this.outcome = null;
    this.isUnsure = false; // what was stored may be more, or less, than what was told
  }

  take(event) {
    const { message } = this.reply;
    switch (event.event) {
      case "Started":
        this.hasArrived = true;
        this.isUnsure ||= event.again;
        message.text = "";
        this.on.arrived(event);
        break;
      case "TextDelta":
        this.reply.goOn();
        this.reply.add(event.text);
        this.on.words();
        break;
      case "TextTakenBack":
        Object.assign(message, { text: "", changes: [], proposals: [], dropped: [] });
        this.suggestions = [];
        this.reply.flush();
        this.reply.footer();
        this.on.changed();
        break;
      case "DraftChanged":
        this.noted(message.changes, event.change);
        this.on.changed();
        break;
      case "ProposalMade":
        this.noted(message.proposals, event.proposal.field);
        this.on.changed();
        break;
      case "Dropped":
        this.noted(message.dropped, { ...event.problem, field: event.problem.field || event.operation.field });
        break;
      case "Suggested":
        this.suggestions = event.replies;
        break;
      case "StageChanged":
        message.stage = event.stage;
        this.on.stage(event);
        break;
      case "Retrying":
        this.on.paused(this.reply.wait(event.reason, event.seconds));
        break;
      case "Used":
        this.used = sum(this.used, event.usage);
        message.usage = sum(message.usage, event.usage);
        this.on.used();
        break;
      case "Failed": // the draft is as before the turn
        Object.assign(message, { changes: [], proposals: [], dropped: [], cause: event.cause });
        message.reason = `${event.reason} ${event.next_step}`.trim();
        this.on.changed();
        break;
      case "Finished":
        this.outcome = event;
        break;
    }
  }

  noted(list, what) {
    list.push(what);
    this.reply.goOn();
    this.reply.footer();
  }
}
