"""Makes the helpers beside this file (tiny networks, areas) importable from every test folder."""
