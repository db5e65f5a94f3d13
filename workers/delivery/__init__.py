"""What was handed in: notes, JSON, proposals. Nothing of the user's repository is opened here."""
