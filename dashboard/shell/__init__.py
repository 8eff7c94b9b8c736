"""What stands around every page: the script Streamlit runs, its style and pictures.

It has a folder of its own because Streamlit serves a ``pages/`` folder beside its script by rules
older than ``st.navigation``: the first visitor after a start would get a page without its frame.
"""
