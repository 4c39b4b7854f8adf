"""An agent taken elsewhere: the targets, what each of them keeps, its files."""
