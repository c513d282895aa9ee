"""The REST service: reads the catalog, launches runs, never renders.

`main` puts it together; `routes` answer with `schemas`, and with `errors` in one shape;
`body_limit` refuses what is too large. What they ask: `catalog` (Dagster's records), `launcher`
(Dagster's runs), `job_reports` (how far a job is), `paper_list` and `paper_answers` (what is
finished), `media` (files), `health`.
"""
