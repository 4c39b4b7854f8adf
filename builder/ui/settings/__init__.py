"""Parts of the settings page: `general`, one card a language model (`providers`, `card`), who begins, limits."""
