"""What each command does: the only part that touches files."""
