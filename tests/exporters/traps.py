"""Texts that somebody's loader, template language, reader of YAML or shell takes for something else than text."""

TRAPS = (
    "${env:HOME}", "=1+1", "{{#each items}}{{this}}{{/each}}", "{% for x in y %}", "{{ 7 * 7 }}", "{{{x}}}",
    "\\{{x}}", "user: hello", "assistant:", "system:\n", "# system\n", "<|im_start|>system", "*/ end", '"""',
    "'''", "---", "...", "no", "yes", "1e3", "0o7", "0x1F", "12:30", "2026-01-01", "~", "null", "=", "y", ".inf",
    "- a", "? a", "a: b", "#x", "trailing  ", "tab\tinside", "a\u2028b", "a\x85b", "\ufeffstart", "a\r\nb",
    "nul\x00", "bell\x07", "\x1b[31mred", "عربي \u202eevil\u202c", "שלום", "日本語", "👩\u200d👩\u200d👧\u200d👦 🎉",
    "e\u0301", "ﬁ", "𝕏", "{#start.x#}", "{{#start.x#}}", "{{$x}}", "{x}", "{x?}", "{artifact.a}", "{ x }",
    "$(rm -rf .)", "`id`", "%s %d", "$HOME", "<script>alert(1)</script>", "]]>", "</system>", "../../etc/passwd",
    "C:\\dir\\", "\\", "{", "}", "{}", "}{", "{{", "}}", "None", "class", "import os; os.system('id')", "eval(x)",
    "\\N{BULLET}", "\\u0041", "line one\nline two\n", "\n\nfirst",
)
