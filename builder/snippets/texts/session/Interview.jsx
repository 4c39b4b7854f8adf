// The hook in use: a small chat.

import { useState } from "react";
import { useInterview } from "./useInterview.mjs";

export function Interview({ session, baseUrl }) {
  const { messages, suggestions, busy, error, send, stop } = useInterview(session, baseUrl);
  const [text, setText] = useState("");

  function submit(event) {
    event.preventDefault();
    if (!text.trim() || busy) return;
    send(text);
    setText("");
  }

  return (
    <section aria-busy={busy}>
      {messages.map((message) => (
        <p key={message.id} data-role={message.role}>
          {message.text}
        </p>
      ))}
      {error && <p role="alert">{error.message}</p>}
      {!busy &&
        suggestions.map((reply) => (
          <button key={reply} type="button" onClick={() => send(reply)}>
            {reply}
          </button>
        ))}
      <form onSubmit={submit}>
        <input aria-label="Message" value={text} onChange={(event) => setText(event.target.value)} />
        {busy ? (
          <button type="button" onClick={stop}>
            Stop
          </button>
        ) : (
          <button>Send</button>
        )}
      </form>
    </section>
  );
}
