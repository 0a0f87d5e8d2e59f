"""The demonstration: the examples, a real upstream behind them, and a page on another origin to try them with."""
