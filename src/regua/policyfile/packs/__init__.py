"""Legal packs: TOML into values (`reading`), and the rules that bind a policy (`resolving`)."""
