"""The e-mail channel of regua, by SMTP."""
