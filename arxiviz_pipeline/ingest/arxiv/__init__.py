"""Asks arXiv, politely.

`client` has papers and their documents, with what `atom` and `oai` read; `announcement_client` has
what is new, with `rss` and `harvest`. Both ask through `polite_client`: `request_pace` spaces all
requests, `robots` knows what may be asked for, `answer_cache` what was answered before.
"""
