"""JupyterLab for an analyst: the start page, what its cells call, and the server that opens it."""
