"""Systems of the hospital that are talked to: archives, worklist servers, other nodes."""
