"""What the model-led interviewer is made of: what is sent, how an answer is read, what becomes of it."""
