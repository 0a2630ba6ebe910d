"""Rule sets of funding, one file each."""
