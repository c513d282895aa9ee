"""The words every part shares: identifiers, models, errors, ports. Standard library only."""
