"""What net.yaml says, and what it means."""
