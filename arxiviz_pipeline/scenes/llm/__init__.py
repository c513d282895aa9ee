"""Writes scripts with an LLM, of any provider that pydantic-ai knows.

- `open_writer` makes the writer that the settings ask for, or none, and opens it once it is asked;
  `model_names` says what is wrong with the name of a model;
- `writer` asks twice a script: for its storyboard, then for its code. `prompts` and `example_scene`
  are what it asks, `fence` keeps a paper's text from being an order, `answers` says what an answer
  must be;
- `asking` sends a question, `metered_model` waits and asks again, `budget` and `prices` keep count,
  `failures` tells why there is no answer;
- `kept_answers` finds what was answered before, `kept_spending` what that has cost.

Nothing here but `settings` and `open_writer` may be imported where no LLM is asked for: pydantic-ai
takes a second to import.
"""
