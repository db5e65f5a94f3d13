"""The devops worker: a shop with a pipeline, containers, manifests, and a report of them."""
