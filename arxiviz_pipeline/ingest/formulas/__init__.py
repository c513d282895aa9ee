"""Makes formulas compile: `cleaning`, with the words in `vocabulary`."""
