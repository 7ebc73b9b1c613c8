"""The demo city: facts from the rulebook, and a seeded generator that fills a catalogue around them."""
