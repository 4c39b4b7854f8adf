"""Language models: who offers them, how one is asked, and what goes wrong at its end."""
