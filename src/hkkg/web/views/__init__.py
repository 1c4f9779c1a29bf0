"""What pages about things show, read from one generation of the graph in a worker."""
