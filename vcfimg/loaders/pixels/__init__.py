"""From files to signal on a checked grid."""
