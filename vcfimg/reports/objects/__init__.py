"""What a hospital's archive takes: DICOM objects and FHIR resources made of a stored result."""
