"""Understanding one message: each module finds one kind of thing in it. Pure functions, linear in the text's length."""
