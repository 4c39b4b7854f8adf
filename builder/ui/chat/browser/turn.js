// One turn as its events come in: what is known of the reply so far, shown in its bubble.

import { fill } from "./dom.js";

export class Turn {
  // `said` is the person's bubble (null when the turn was joined later), `on` what the chat wants to hear of.
  constructor(said, reply, on) {
    this.said = said;
    this.reply = reply;
    this.on = on;
    this.hasArrived = said === null;
    this.suggestions = [];
    this.outcome = null;
  }

  take(event) {
    const { message } = this.reply;
    switch (event.event) {
      case "Started":
        this.hasArrived = true;
        message.text = "";
        this.on.arrived(event);
        break;
      case "TextDelta":
        this.reply.add(event.text);
        this.on.words();
        break;
      case "TextTakenBack":
        message.text = "";
        this.reply.flush();
        break;
      case "DraftChanged":
        message.changes.push(event.change);
        break;
      case "ProposalMade":
        message.proposals.push(event.proposal.field);
        break;
      case "Suggested":
        this.suggestions = event.replies;
        break;
      case "StageChanged":
        message.stage = event.stage;
        this.on.stage(event);
        break;
      case "Retrying":
        this.reply.note(fill(this.reply.say("retrying"), { seconds: Math.ceil(event.seconds) }));
        break;
      case "Failed": // the draft is as before the turn
        Object.assign(message, { changes: [], proposals: [] });
        message.reason = `${event.reason} ${event.next_step}`.trim();
        break;
      case "Finished":
        this.outcome = event;
        break;
    }
  }
}
