"""Charts as pictures: each module turns frozen data into a picture whose title is its finding."""
