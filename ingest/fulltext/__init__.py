"""Read a paper: arXiv HTML, PDF or abstract, as plain sections."""
