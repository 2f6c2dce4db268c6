"""The tests: their folders mirror src/cartwheel; `plugins` and `support` hold what they share."""
