"""The facts of a patient and of a level as the engine sees them."""
