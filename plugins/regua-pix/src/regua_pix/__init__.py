"""Pix for regua: BR Code, cobv, and the QR code."""
