"""The door for programs: FastAPI over the same services as the pages. Thin: no rule of the product lives here."""
