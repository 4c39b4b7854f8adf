// What the buttons of a talk do, and what they have to ask it.

export function actsOf(talk) {
  return {
    send: (text) => talk.sendTyped(text),
    tap: (text) => talk.tap(text),
    typed: (text) => talk.kept.type(text),
    stop: () => talk.calls.post("/stop").catch((error) => talk.trouble(error)),
    earlier: () => talk.loadEarlier(),
    undo: () => talk.step("/undo"),
    redo: () => talk.step("/redo"),
    goBack: (id) => talk.step("/go-back", { message_id: id }),
    retry: (bubble) => talk.retry(bubble),
    withoutModel: (bubble) => talk.withoutModel(bubble),
    choose: (engine) => talk.speakers.choose(engine),
    titleOf: (engine) => talk.frame.engines.titleOf(engine),
  };
}
