"""The panel "Your agent": one draft as a form, as JSON and as a drawing."""
