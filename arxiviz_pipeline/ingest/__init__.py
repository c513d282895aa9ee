"""Fetches papers (`arxiv_client`, `saved_papers`) and splits them into sections (`parsing`)."""
