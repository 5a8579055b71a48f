"""Clinical inputs from FHIR R4 and R4B resources."""
