"""Long trials behind ``make acceptance``: one module each, exit status 0 when it holds."""
