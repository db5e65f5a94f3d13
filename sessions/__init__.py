"""What is on disk: roots, session folders, events and the files derived from them."""
