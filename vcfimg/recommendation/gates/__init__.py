"""The gates G0 to G8 and the scales behind them, in three-valued logic."""
