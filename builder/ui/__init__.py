"""The pages' parts. Only this room and the pages know Streamlit."""
