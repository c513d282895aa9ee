"""The REST service: reads the catalog, launches runs, never renders.

`main` puts it together; `routes` answer with `schemas`, and with `errors` in the one shape of
`error_answers`; `body_limit` refuses what is too large. What they ask: `catalog` (Dagster's
records, which `dagster_records` reads into the values of `jobs`), `launcher` (one run a paper, by
`dagster_client`), `job_reports` (how far a job is), `paper_list` and `paper_answers` (what is
finished), `media` (files), `health`.
"""
