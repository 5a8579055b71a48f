"""A site's configuration: which systems there are, what is taken from them and what is sent to them."""
