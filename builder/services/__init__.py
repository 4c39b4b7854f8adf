"""Use cases, one file each: what pages and programs may ask for. They know neither HTTP nor Streamlit nor SQL."""
