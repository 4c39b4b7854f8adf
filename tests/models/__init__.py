"""Fake model servers on loopback: Gemini, OpenAI and Anthropic as their client libraries speak with them.

    from tests.models import faults, gemini
    from tests.models.script import Answer, failing

    with gemini.serving([Answer(json={"reply": "Hello."}, pieces=8, pause=0.01)]) as fake:
        client = genai.Client(api_key=fake.key, http_options=HttpOptions(base_url=fake.base_url, api_version="v1"))
        ...                                            # talk to it with the real client library
        assert fake.calls[0].last == "Hi"              # what the model would read; also system, history, schema, text
        assert fake.calls[0].aborted_at is None        # monotonic time at which the client went away in mid-answer

        fake.play(failing(faults.OVERLOADED, times=2, then=Answer("back again")))       # twice 503, then healthy
        fake.play(failing(faults.rate_limited(header=0.2)))                             # for ever
        fake.play([Answer("long " * 50, pieces=5, fault=faults.dropped(after=3))])      # gone after three pieces
        fake.play(lambda call: Answer(f"You said {call.last}"))                         # computed from the request
        fake.listing_fault = faults.SERVER_ERROR       # lists of models fail too; `fake.received` has those requests
    for fault in faults.ALL: ...                       # every row of the failure table; `fault.wanted` says what to do
    with gemini.serving(brain.lead) as fake: ...       # leads a whole interview; `brain` also has nonsense and bad days
"""
