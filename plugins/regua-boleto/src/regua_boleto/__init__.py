"""Boletos for regua: bar code, linha digitável, campo livre of the banks, and the sheet."""
