"""How docs/ becomes a site: `mkdocs build`, and what stands in the documents."""
