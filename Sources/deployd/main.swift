// Replaced as the program is built.
